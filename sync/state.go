package sync

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/moby/sys/atomicwriter"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// State is the folder where one store's streams keep their watermark and lock files.
type State struct {
	folder string
	store  string
}

// fileMode and folderMode keep the state to its owner: a watermark holds a customer's id.
const (
	fileMode   = 0o600
	folderMode = 0o700
)

// OpenState makes the store's folder below the state folder where it is missing.
func OpenState(folder, store string) (*State, error) {
	s := &State{folder: filepath.Join(folder, store), store: store}
	if err := os.MkdirAll(s.folder, folderMode); err != nil {
		return nil, &StateError{Op: "make state folder", Path: s.folder, Err: cause(err)}
	}
	return s, nil
}

// LookInto returns the store's folder below the state folder for reading: nothing is made, and what is not there is not there.
func LookInto(folder, store string) *State {
	return &State{folder: filepath.Join(folder, store), store: store}
}

// WatermarkPath is where a stream's watermark file lies.
func (s *State) WatermarkPath(stream string) string {
	return filepath.Join(s.folder, stream+".watermark.json")
}

// Read returns the stream's watermark, nil where there is none yet. A file that is not as it was written is an error that says so.
func (s *State) Read(stream string) (*Watermark, error) {
	path := s.WatermarkPath(stream)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &StateError{Op: "read watermark", Path: path, Err: cause(err)}
	}
	w, err := decodeWatermark(text)
	if err == nil && (w.Store != s.store || w.Stream != stream) {
		err = fmt.Errorf("it is the watermark of stream %q of store %q", w.Stream, w.Store)
	}
	if err != nil {
		return nil, &SetupError{
			Problem:  fmt.Sprintf("read watermark %s: %v", path, err),
			HintText: "put the right file back, or " + startOver(stream),
		}
	}
	return w, nil
}

// startOver is how to go on without a watermark, losing and doubling nothing.
func startOver(stream string) string {
	if stream == StreamPoints {
		return "run `blackbirdctl watermark reset points` and then `blackbirdctl points recompute`: every order is looked at " +
			"again and keeps its rate"
	}
	return fmt.Sprintf("run `blackbirdctl sync %s --full`: everything is read again", stream)
}

// Save writes the stream's watermark: a temporary file, synced, renamed over the old one, and the folder synced.
func (s *State) Save(w Watermark) error {
	w.Format, w.Store, w.SavedAt = watermarkFormat, s.store, time.Now().UTC().Truncate(time.Second)
	path := s.WatermarkPath(w.Stream)
	text, err := w.encode()
	if err == nil {
		err = replace(path, text)
	}
	if err != nil {
		return &StateError{Op: "write watermark", Path: path, Err: cause(err)}
	}
	return nil
}

// replace leaves the old file or the new one, whole, whenever the machine stops.
func replace(path string, text []byte) error {
	file, err := atomicwriter.New(path, fileMode)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		// Closed after that, it replaces nothing.
		_ = file.Close()
		return err
	}
	crash.Here("watermark written")
	if err := file.Close(); err != nil {
		return err
	}
	crash.Here("watermark renamed")
	return syncFolder(filepath.Dir(path))
}

// Remove forgets the stream's watermark: its next pass is a first one. False where there was none.
func (s *State) Remove(stream string) (bool, error) {
	path := s.WatermarkPath(stream)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = syncFolder(s.folder)
	}
	if err != nil {
		return false, &StateError{Op: "remove watermark", Path: path, Err: cause(err)}
	}
	return true, nil
}

// probe proves that a watermark could be written now, so that a pass which could not end does not begin.
func (s *State) probe(stream string) error {
	path := filepath.Join(s.folder, "."+stream+".probe")
	err := os.WriteFile(path, make([]byte, 4096), fileMode)
	if removed := os.Remove(path); err == nil {
		err = removed
	}
	if err != nil {
		return &StateError{Op: "write in state folder", Path: s.folder, Err: cause(err)}
	}
	return nil
}

// sweep removes what a pass that was killed while it wrote its watermark left beside it. The caller holds the lock.
func (s *State) sweep(stream string) {
	left, _ := filepath.Glob(filepath.Join(s.folder, ".*"+filepath.Base(s.WatermarkPath(stream))+"*"))
	for _, path := range left {
		_ = os.Remove(path)
	}
}

// Lock takes the stream's lock file; a LockedError where another process holds it. The caller must call the returned function.
func (s *State) Lock(stream string) (unlock func(), err error) {
	path := filepath.Join(s.folder, stream+".lock")
	lock := flock.New(path, flock.SetPermissions(fileMode))
	locked, err := lock.TryLock()
	if err != nil {
		return nil, &StateError{Op: "lock", Path: path, Err: cause(err)}
	}
	if !locked {
		return nil, &LockedError{Stream: stream, Owner: holder(path)}
	}
	note(path)
	return func() {
		crash.Here("lock file let go")
		_ = lock.Unlock()
	}, nil
}

// note writes into the lock file who holds it, for people; where it cannot be written the lock holds all the same.
func note(path string) {
	host, _ := os.Hostname()
	text := fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	_ = os.WriteFile(path, []byte(text), fileMode)
}

func holder(path string) string {
	text, _ := os.ReadFile(path)
	return strings.TrimSpace(string(text))
}

// cause strips a path that the error's text would say a second time.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
