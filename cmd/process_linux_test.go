package cmd_test

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// killed is the code of a run that was killed outright.
const killed = 128 + int(syscall.SIGKILL)

// account is a user to run the program as; nil is the one who runs the tests.
type account struct{ uid, gid uint32 }

// own gives a command its user.
func (a *account) own(cmd *exec.Cmd) {
	if a != nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
	}
}

// ordinary returns a user whom file modes bind and who may use the database server in the given folder: nil for the
// tests' own, unless that is root.
func ordinary(serverFolder string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	info, err := os.Stat(serverFolder)
	if err != nil {
		return nil, err
	}
	owner := info.Sys().(*syscall.Stat_t)
	if owner.Uid == 0 {
		return nil, fmt.Errorf("database server in %s is root's", serverFolder)
	}
	return &account{owner.Uid, owner.Gid}, nil
}

// signalled is a shell's code for a process that a signal ended.
func signalled(state *os.ProcessState) int {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return -1
}

// mountSmall puts a file system of 64 KiB on a folder. Only root can.
func mountSmall(dir string) error {
	return syscall.Mount("blackbirdctl-test", dir, "tmpfs", 0, "size=64k,mode=0777")
}

func unmount(dir string) error { return syscall.Unmount(dir, syscall.MNT_DETACH) }
