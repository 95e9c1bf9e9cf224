package cmd_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	stdsync "sync"
	"syscall"

	"github.com/gofrs/flock"
	"github.com/rogpeppe/go-internal/testscript"
)

// cmdForge changes a value of a watermark file and makes the file's checksum right again, as the program itself would
// have written it.
//
//	forge STREAM KEY VALUE
func cmdForge(_ *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 3 {
		return errUsage
	}
	path := s.watermark(args[0])
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	entry := regexp.MustCompile(`"` + regexp.QuoteMeta(args[1]) + `": ("[^"]*"|[0-9]+)`)
	value := args[2]
	if found := entry.FindSubmatch(text); found == nil {
		return fmt.Errorf("watermark has no %s", args[1])
	} else if found[1][0] == '"' {
		value = `"` + value + `"`
	}
	text = entry.ReplaceAllLiteral(text, []byte(`"`+args[1]+`": `+value))
	if text, err = seal(text); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// seal gives a watermark's text the checksum that it must have: the SHA-256 of the file without one, and without its
// last newline.
func seal(text []byte) ([]byte, error) {
	checksum := regexp.MustCompile(`"checksum": "[0-9a-f]*"`)
	plain := bytes.TrimSuffix(checksum.ReplaceAllLiteral(text, []byte(`"checksum": ""`)), []byte("\n"))
	if !json.Valid(plain) {
		return nil, errors.New("watermark is not JSON any more")
	}
	sum := sha256.Sum256(plain)
	return append(checksum.ReplaceAll(plain, []byte(`"checksum": "`+hex.EncodeToString(sum[:])+`"`)), '\n'), nil
}

func (s *fixture) watermark(stream string) string {
	return filepath.Join(s.store.Folder, "default", stream+".watermark.json")
}

// cmdDamage does to a watermark file what a bad disk does.
//
//	damage flip|truncate|empty STREAM
func cmdDamage(_ *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	path := s.watermark(args[1])
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	switch args[0] {
	case "flip":
		// One bit of a digit of the position makes it another digit: still good JSON, and a wrong place to go on from.
		at := regexp.MustCompile(`"position": "[0-9]*([0-9])"`).FindSubmatchIndex(text)
		if at == nil {
			return errors.New("watermark has no position")
		}
		text[at[2]] ^= 1
	case "truncate":
		text = text[:len(text)/2]
	case "empty":
		text = nil
	default:
		return errUsage
	}
	return os.WriteFile(path, text, 0o600)
}

// cmdFlock takes the lock of a file, as a pass at work does, or lets go of it.
//
//	flock FILE
//	flock release
func cmdFlock(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	if args[0] == "release" {
		return s.fileLock.Close()
	}
	s.fileLock = flock.New(ts.MkAbs(args[0]))
	locked, err := s.fileLock.TryLock()
	if err == nil && !locked {
		err = errors.New("file is locked already")
	}
	return err
}

// canMount reports whether this user may mount a file system here.
var canMount = stdsync.OnceValue(func() bool {
	dir := filepath.Join(bench, "mount")
	if os.Mkdir(dir, 0o755) != nil || mountSmall(dir) != nil {
		return false
	}
	return unmount(dir) == nil
})

// cmdSmallDir makes a folder on a disk of its own, of 64 KiB.
//
//	smalldir DIR
func cmdSmallDir(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	dir := ts.MkAbs(args[0])
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := mountSmall(dir); err != nil {
		return err
	}
	s.tb.Cleanup(func() { _ = unmount(dir) })
	return nil
}

// cmdFillDir writes a file into a folder until its disk is full.
//
//	filldir DIR
func cmdFillDir(ts *testscript.TestScript, _ *fixture, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	f, err := os.Create(filepath.Join(ts.MkAbs(args[0]), "filling"))
	if err != nil {
		return err
	}
	defer f.Close()
	for err == nil {
		_, err = f.Write(make([]byte, 512))
	}
	if errors.Is(err, syscall.ENOSPC) {
		return nil
	}
	return err
}

// cmdAppears waits until a file is there: the program's progress shows in its watermark.
//
//	appears FILE
func cmdAppears(ts *testscript.TestScript, _ *fixture, args []string) error {
	if len(args) != 1 {
		return errUsage
	}
	return await(args[0]+" is there", func() (bool, error) {
		_, err := os.Stat(ts.MkAbs(args[0]))
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil
		}
		return err == nil, err
	})
}

// cmdWriteURLs writes the till's address into one file and the store's into another, as secrets are mounted.
//
//	writeurls FILE FILE
func cmdWriteURLs(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	return errors.Join(os.WriteFile(ts.MkAbs(args[0]), []byte(s.readerURL+"\n"), 0o600),
		os.WriteFile(ts.MkAbs(args[1]), []byte(s.store.URL+"\n"), 0o600))
}
