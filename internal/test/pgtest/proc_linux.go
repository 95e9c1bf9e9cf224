package pgtest

import "syscall"

// procAttr makes the kernel shut the server down when the thread that started it is gone, which is why [process.run]
// stays on its thread; and keeps a terminal's Ctrl-C from reaching the server before the tests have cleaned up.
func procAttr(a *account) *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGQUIT}
	if a != nil {
		attr.Credential = &syscall.Credential{Uid: a.uid, Gid: a.gid}
	}
	return attr
}
