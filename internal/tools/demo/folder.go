package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// markerName is the file by which a demo knows a folder for its own. A demo that runs holds a lock on it.
const markerName = ".blackbirdctl-demo"

// takeFolder makes the state folder, or empties it if an earlier demo made it, and keeps other demos out until the lock
// is given back. A folder that holds anything else is refused: it may be a real state folder.
func takeFolder(dir string) (*flock.Flock, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read the state folder: %w", err)
	}
	marker := filepath.Join(dir, markerName)
	if info, err := os.Lstat(marker); len(entries) > 0 && (err != nil || !info.Mode().IsRegular()) {
		return nil, fmt.Errorf("empty the state folder: %s holds files that no demo made\nhint: name another folder "+
			"with --state", dir)
	}
	lock := flock.New(marker)
	held, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	if !held {
		return nil, fmt.Errorf("lock the state folder: another demo runs in %s\nhint: wait for it, or name another "+
			"folder with --state", dir)
	}
	if err := empty(dir, entries); err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return lock, nil
}

// empty removes all but the marker.
func empty(dir string, entries []os.DirEntry) error {
	for _, e := range entries {
		if e.Name() == markerName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
			return fmt.Errorf("empty the state folder: %w", err)
		}
	}
	return nil
}
