//go:build !unix

package pgtest

import "syscall"

// procAttr has nothing to ask of a system without unix users and sockets; tests there use a server named by its URL.
func procAttr(*account) *syscall.SysProcAttr { return nil }
