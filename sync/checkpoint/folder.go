package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/moby/sys/atomicwriter"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
)

// Folder holds the watermark and lock files of one store's streams.
type Folder struct {
	path  string
	store string
}

const (
	fileMode   = 0o600
	folderMode = 0o700
)

// Open returns the store's folder below the state folder, and makes it where it is missing. The error is a StateError.
func Open(stateFolder, store string) (*Folder, error) {
	f := OpenReadOnly(stateFolder, store)
	if err := os.MkdirAll(f.path, folderMode); err != nil {
		return nil, newStateError("make state folder", f.path, err)
	}
	return f, nil
}

// OpenReadOnly returns the store's folder for reading: nothing is made, and a folder that is missing reads as empty.
func OpenReadOnly(stateFolder, store string) *Folder {
	return &Folder{path: filepath.Join(stateFolder, store), store: store}
}

// WatermarkPath returns the path of a stream's watermark file.
func (f *Folder) WatermarkPath(stream string) string {
	return filepath.Join(f.path, stream+".watermark.json")
}

// Read returns the stream's watermark, nil where there is none yet. The error is a StateError or a BrokenError.
func (f *Folder) Read(stream string) (*Watermark, error) {
	path := f.WatermarkPath(stream)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, newStateError("read watermark", path, err)
	}
	w, err := decode(text)
	if err == nil && (w.Store != f.store || w.Stream != stream) {
		err = fmt.Errorf("it is the watermark of stream %q of store %q", w.Stream, w.Store)
	}
	if err != nil {
		return nil, &BrokenError{Path: path, Err: err}
	}
	return w, nil
}

// Save writes the stream's watermark: a temporary file, synced, renamed over the old one, and the folder synced. After
// a crash the file is the old one or the new one, whole. The error is a StateError.
func (f *Folder) Save(w Watermark) error {
	w.Format, w.Store, w.SavedAt = watermarkFormat, f.store, time.Now().UTC().Truncate(time.Second)
	path := f.WatermarkPath(w.Stream)
	text, err := w.encode()
	if err == nil {
		err = replace(path, text)
	}
	if err != nil {
		return newStateError("write watermark", path, err)
	}
	return nil
}

func replace(path string, text []byte) error {
	file, err := atomicwriter.New(path, fileMode)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		// After a failed write Close replaces nothing.
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

// Remove deletes the stream's watermark and reports whether there was one: the stream's next pass is a first one.
func (f *Folder) Remove(stream string) (bool, error) {
	path := f.WatermarkPath(stream)
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil {
		err = syncFolder(f.path)
	}
	if err != nil {
		return false, newStateError("remove watermark", path, err)
	}
	return true, nil
}

// Probe proves that a watermark could be written now, so that a pass that could not end does not begin.
func (f *Folder) Probe(stream string) error {
	path := filepath.Join(f.path, "."+stream+".probe")
	err := os.WriteFile(path, make([]byte, 4096), fileMode)
	if removed := os.Remove(path); err == nil {
		err = removed
	}
	if err != nil {
		return newStateError("write in state folder", f.path, err)
	}
	return nil
}

// Sweep removes half-written watermarks of passes that were killed. The caller holds the stream's lock.
func (f *Folder) Sweep(stream string) {
	left, _ := filepath.Glob(filepath.Join(f.path, ".*"+filepath.Base(f.WatermarkPath(stream))+"*"))
	for _, path := range left {
		_ = os.Remove(path)
	}
}
