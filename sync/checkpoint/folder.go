package checkpoint

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/moby/sys/atomicwriter"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/files"
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
	return f, stateError("make state folder", f.path, os.MkdirAll(f.path, folderMode))
}

// OpenReadOnly returns the store's folder for reading: nothing is made, and a folder that is missing reads as empty.
func OpenReadOnly(stateFolder, store string) *Folder {
	return &Folder{path: filepath.Join(stateFolder, store), store: store}
}

// Path returns the path of the folder.
func (f *Folder) Path() string { return f.path }

// WatermarkPath returns the path of a stream's watermark file.
func (f *Folder) WatermarkPath(stream string) string {
	return filepath.Join(f.path, stream+".watermark.json")
}

// Read returns the stream's watermark, nil where there is none yet. The error is a StateError or a BrokenError.
func (f *Folder) Read(stream string) (*Watermark, error) {
	path := f.WatermarkPath(stream)
	if info, err := os.Lstat(path); err == nil && info.Mode()&fs.ModeSymlink != 0 {
		// No watermark could be saved through it.
		return nil, stateError("read watermark", path, files.ErrNotRegular)
	}
	text, err := files.Read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, stateError("read watermark", path, err)
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
	w.SavedAt = time.Now().UTC().Truncate(time.Second)
	return f.Put(w)
}

// Put writes a watermark of the same stream of another folder as Save does, and leaves it the time when it was saved.
// The store of this folder has the pass that it refers to.
func (f *Folder) Put(w Watermark) error {
	w.Format, w.Store = watermarkFormat, f.store
	path := f.WatermarkPath(w.Stream)
	text, err := w.encode()
	if err == nil {
		err = replace(path, text)
	}
	return stateError("write watermark", path, err)
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

// syncFolder makes a rename or a removal in the folder outlast a crash of the machine.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		// Windows cannot sync a folder, and journals its changes.
		return nil
	}
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
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
	return err == nil, stateError("remove watermark", path, err)
}

// Probe removes half-written watermarks of passes that were killed, and proves that a watermark could be written now:
// a pass that could not end must not begin. The caller holds the stream's lock. The error is a StateError.
func (f *Folder) Probe(stream string) error {
	left, _ := filepath.Glob(filepath.Join(f.path, ".*"+filepath.Base(f.WatermarkPath(stream))+"*"))
	for _, path := range left {
		_ = os.Remove(path)
	}
	return stateError("write in state folder", f.path, writeProbe(filepath.Join(f.path, "."+stream+".probe")))
}

// writeProbe writes a file and removes it. It writes through no link: what has the name is removed first.
func writeProbe(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, fileMode)
	if err != nil {
		return err
	}
	_, err = file.Write(make([]byte, 4096))
	return errors.Join(err, file.Close(), os.Remove(path))
}

// StateError reports that the state folder cannot be used.
type StateError struct {
	Op   string
	Path string
	Err  error
}

// stateError returns an error, if there is one, as a StateError. It names the path once.
func stateError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		err = file.Err
	}
	return &StateError{Op: op, Path: path, Err: err}
}

func (e *StateError) Error() string { return fmt.Sprintf("%s %s: %v", e.Op, e.Path, e.Err) }

// Unwrap returns the cause.
func (e *StateError) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *StateError) Hint() string {
	if errors.Is(e.Err, files.ErrNotRegular) || errors.Is(e.Err, files.ErrTooLarge) {
		return "remove " + e.Path + ", or put the right file there: a pass makes one where there is none"
	}
	return "make the state folder writable and free space on its disk, or name another with --state-dir"
}

// BrokenError reports that a watermark file is damaged, of a newer program, or of another stream or store.
type BrokenError struct {
	Path string
	Err  error
}

func (e *BrokenError) Error() string { return fmt.Sprintf("read watermark %s: %v", e.Path, e.Err) }

// Unwrap returns the cause.
func (e *BrokenError) Unwrap() error { return e.Err }
