// Package files reads files whose names come from outside: settings, URLs, certificates, and what a former pass left.
//
// It promises that a name which leads to a device, a pipe or something huge is an error: it neither waits nor fills the
// memory.
package files

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// maxBytes is the size that a file may have: a config file of ten thousand stores with a dozen options each.
const maxBytes = 4 << 20

var (
	// ErrNotRegular says that a name leads to a folder, a device, a pipe or a socket.
	ErrNotRegular = errors.New("not a regular file")
	// ErrTooLarge says that a file has more than 4 MiB.
	ErrTooLarge = errors.New("larger than 4 MiB")
)

// Read returns the contents of a regular file of at most 4 MiB.
func Read(path string) ([]byte, error) {
	// Else opening a pipe waits until somebody writes into it.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	switch info, err := file.Stat(); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, &fs.PathError{Op: "read", Path: path, Err: ErrNotRegular}
	}
	text, err := io.ReadAll(io.LimitReader(file, maxBytes+1))
	if err == nil && len(text) > maxBytes {
		err = &fs.PathError{Op: "read", Path: path, Err: ErrTooLarge}
	}
	return text, err
}
