package pgtest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

const (
	// dirPrefix is short because the path of a unix socket may have no more than about a hundred bytes.
	dirPrefix = "bbpg"
	// longestBase is the longest parent folder that leaves room for the rest of a socket's path.
	longestBase = 60
	// lockName is held as long as the folder's owner lives; the kernel lets go of it even when the owner is killed.
	lockName = "owner.lock"
	// halfMade is the age under which a folder without a lock may still be in the making.
	halfMade = time.Minute
)

// workDir is a server's own folder: cluster, socket and log.
type workDir struct {
	path string
	lock *flock.Flock
}

// newWorkDir makes a folder that the account owns. It first removes what killed test runs have left behind.
func newWorkDir(a *account) (*workDir, error) {
	base := os.TempDir()
	if len(base) > longestBase || !a.reaches(base) {
		base = "/tmp"
	}
	sweep(base)
	path, err := os.MkdirTemp(base, dirPrefix)
	if err != nil {
		return nil, fmt.Errorf("create server folder: %w", err)
	}
	d := &workDir{path: path, lock: flock.New(filepath.Join(path, lockName))}
	if _, err := d.lock.TryLock(); err != nil {
		return nil, errors.Join(fmt.Errorf("lock server folder: %w", err), d.remove())
	}
	if err := a.own(path); err != nil {
		return nil, errors.Join(fmt.Errorf("hand over server folder: %w", err), d.remove())
	}
	return d, nil
}

// remove deletes the folder and lets go of its lock.
func (d *workDir) remove() error {
	if err := os.RemoveAll(d.path); err != nil {
		return fmt.Errorf("remove server folder: %w", err)
	}
	return d.lock.Close()
}

// sweep removes the folders whose owners were killed. What it cannot remove is another user's, or being removed by
// another run at this moment; either way it is not this run's concern.
func sweep(base string) {
	dirs, _ := filepath.Glob(filepath.Join(base, dirPrefix+"*"))
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || time.Since(info.ModTime()) < halfMade {
			continue
		}
		lock := flock.New(filepath.Join(dir, lockName))
		if locked, err := lock.TryLock(); err == nil && locked {
			_ = os.RemoveAll(dir)
		}
		_ = lock.Close()
	}
}
