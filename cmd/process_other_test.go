//go:build !linux

package cmd_test

import (
	"errors"
	"os"
	"os/exec"
)

// killed is the code of a run that was killed outright.
const killed = 128 + 9

// account is a user to run the program as; here only the one who runs the tests will do.
type account struct{}

func (a *account) own(*exec.Cmd) {}

func ordinary(string) (*account, error) {
	if os.Geteuid() == 0 {
		return nil, errors.New("no user to run the program as")
	}
	return nil, nil
}

func signalled(*os.ProcessState) int { return killed }

func mountSmall(string) error { return errors.New("no small file system here") }

func unmount(string) error { return nil }
