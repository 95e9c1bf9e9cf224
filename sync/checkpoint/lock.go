package checkpoint

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"

	"github.com/blackbirdctl/blackbirdctl/internal/crash"
	"github.com/blackbirdctl/blackbirdctl/internal/files"
)

func (f *Folder) lockPath(stream string) string { return filepath.Join(f.path, stream+".lock") }

// Lock takes the stream's lock file and writes its owner into it. The error is a LockedError where another process
// holds it, else a StateError. The caller must call unlock.
func (f *Folder) Lock(stream string) (unlock func(), err error) {
	path := f.lockPath(stream)
	lock := flock.New(path, flock.SetPermissions(fileMode), flock.SetFlag(os.O_CREATE|syscall.O_NONBLOCK|noFollow))
	locked, err := lock.TryLock()
	if info, failed := os.Lstat(path); failed == nil && !info.Mode().IsRegular() {
		// A link would be written through, and a pipe waited for.
		_ = lock.Unlock()
		return nil, stateError("lock", path, files.ErrNotRegular)
	}
	if err != nil {
		return nil, stateError("lock", path, err)
	}
	if !locked {
		return nil, &LockedError{Stream: stream, Owner: readOwner(path)}
	}
	host, _ := os.Hostname()
	owner := fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	// The owner is for people: the lock holds without it.
	flags := os.O_CREATE | os.O_WRONLY | os.O_TRUNC | syscall.O_NONBLOCK | noFollow
	if file, err := os.OpenFile(path+ownerSuffix, flags, fileMode); err == nil {
		_, _ = file.WriteString(owner)
		_ = file.Close()
	}
	return func() {
		crash.Here("lock file let go")
		_ = lock.Unlock()
	}, nil
}

func readOwner(path string) string {
	text, _ := files.Read(path + ownerSuffix)
	return strings.TrimSpace(string(text))
}

// LockOwner is the process that holds a stream's lock file, or held it last: unlocking does not remove the entry.
type LockOwner struct {
	Process int
	Host    string
	Since   time.Time
}

// Owner returns the process that the stream's lock file names, nil where it names none. It does not touch the lock: to
// try it would hold it for a moment, and a pass that starts in that moment would find it held and exit.
func (f *Folder) Owner(stream string) *LockOwner {
	var o LockOwner
	var since string
	_, err := fmt.Sscanf(readOwner(f.lockPath(stream)), "process %d on %s since %s", &o.Process, &o.Host, &since)
	if err == nil {
		o.Since, err = time.Parse(time.RFC3339, since)
	}
	if err != nil {
		return nil
	}
	return &o
}

// Exited reports whether the process is known to have ended. Nothing is known of a process on another host, or of one
// whose id another process of this host has now.
func (o *LockOwner) Exited() bool {
	if host, err := os.Hostname(); err != nil || o.Host != host {
		return false
	}
	if o.Process == os.Getpid() {
		// In a container every process may have the same id. This one holds no lock.
		return true
	}
	p, err := os.FindProcess(o.Process)
	if err != nil {
		return true
	}
	defer func() { _ = p.Release() }()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func (o *LockOwner) String() string { return fmt.Sprintf("%d@%s", o.Process, o.Host) }

// LockedError reports that another pass of the stream is running.
type LockedError struct {
	Stream string
	// Owner describes who holds the lock, empty where that is not known.
	Owner string
	// Err is the cause, if there is one.
	Err error
}

func (e *LockedError) Error() string {
	if e.Owner == "" {
		return fmt.Sprintf("another pass of %s is running", e.Stream)
	}
	return fmt.Sprintf("another pass of %s is running (%s)", e.Stream, e.Owner)
}

// Unwrap returns the cause.
func (e *LockedError) Unwrap() error { return e.Err }

// Hint returns what to do.
func (e *LockedError) Hint() string { return "nothing is wrong: try again when it has ended" }
