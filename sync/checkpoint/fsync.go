//go:build !windows

package checkpoint

import (
	"errors"
	"os"
)

// syncFolder makes a rename or a removal in the folder outlast a crash of the machine.
func syncFolder(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
