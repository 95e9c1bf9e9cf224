package cmd

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/sqlite"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// temporaryStore makes an empty store that is removed when it is closed.
func temporaryStore(ctx context.Context, id string) (*blackbird.Store, func(), error) {
	store, _, done, err := temporaryShop(ctx, id)
	return store, done, err
}

// temporaryShop makes an empty store, and the folder of its watermarks. Both are removed when it is closed.
func temporaryShop(ctx context.Context, id string) (
	store *blackbird.Store, state *checkpoint.Folder, done func(), err error,
) {
	folder, remove, err := temporaryFolder()
	if err != nil {
		return nil, nil, nil, err
	}
	if state, err = checkpoint.Open(folder, id); err == nil {
		store, err = sqlite.Open(ctx, folder, id)
	}
	if err == nil {
		_, err = store.Migrate(ctx)
	}
	if err != nil {
		if store != nil {
			_ = store.Close()
		}
		remove()
		return nil, nil, nil, err
	}
	return store, state, func() { _ = store.Close(); remove() }, nil
}

// What temporary folders are named, and the lock files beside them, which their processes hold.
const (
	temporaryPattern = "blackbirdctl-*"
	temporaryLock    = ".lock"
)

// temporaryFolder makes a folder, and removes what killed processes left of theirs: they may hold names and phones.
func temporaryFolder() (folder string, remove func(), err error) {
	removeAbandoned(os.TempDir())
	file, err := os.CreateTemp("", temporaryPattern+temporaryLock)
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		// The name is a random one.
		err = &fs.PathError{Op: failed.Op, Path: os.TempDir(), Err: failed.Err}
	}
	if err != nil {
		return "", nil, err
	}
	_ = file.Close()
	lock := flock.New(file.Name())
	remove = func() {
		_ = os.RemoveAll(folder)
		_ = lock.Unlock()
		_ = os.Remove(file.Name())
	}
	folder = strings.TrimSuffix(file.Name(), temporaryLock)
	locked, err := lock.TryLock()
	if err == nil && !locked {
		err = errors.New(file.Name() + " is locked by another process")
	}
	if err == nil {
		err = os.Mkdir(folder, 0o700)
	}
	if err != nil {
		remove()
		return "", nil, err
	}
	return folder, remove, nil
}

// removeAbandoned removes temporary folders whose lock files nobody holds. A process holds its lock before there is a
// folder. What is another user's stays.
func removeAbandoned(in string) {
	found, _ := filepath.Glob(filepath.Join(in, temporaryPattern+temporaryLock))
	for _, path := range found {
		if info, err := os.Lstat(strings.TrimSuffix(path, temporaryLock)); err != nil || !info.IsDir() {
			continue
		}
		lock := flock.New(path, flock.SetFlag(os.O_RDWR))
		if locked, err := lock.TryLock(); err != nil || !locked {
			continue
		}
		removed := os.RemoveAll(strings.TrimSuffix(path, temporaryLock)) == nil
		// Windows removes no file that is open.
		_ = lock.Unlock()
		if removed {
			_ = os.Remove(path)
		}
	}
}
