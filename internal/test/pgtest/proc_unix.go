//go:build unix && !linux

package pgtest

import "syscall"

// procAttr keeps a terminal's Ctrl-C from reaching the server before the tests have cleaned up.
func procAttr(a *account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true}
	if a != nil {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}
