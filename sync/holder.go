package sync

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// LockOwner is who holds a stream's lock file, or held it last: nobody takes the note away when the lock is let go.
type LockOwner struct {
	Process int
	Host    string
	Since   time.Time
}

// Owner reads who the stream's lock file names, nil where it names nobody. The lock itself is not touched: to try it would be to hold it
// for a moment, and a pass that came just then would find it held and go.
func (s *State) Owner(stream string) *LockOwner {
	var h LockOwner
	var since string
	_, err := fmt.Sscanf(holder(filepath.Join(s.folder, stream+".lock")), "process %d on %s since %s", &h.Process, &h.Host, &since)
	if err == nil {
		h.Since, err = time.Parse(time.RFC3339, since)
	}
	if err != nil {
		return nil
	}
	return &h
}

// Exited reports whether the process is known to have ended. Of one on another host nothing is known; nor of one whose number another process
// of this host has taken since.
func (h *LockOwner) Exited() bool {
	if host, err := os.Hostname(); err != nil || h.Host != host {
		return false
	}
	if h.Process == os.Getpid() {
		// In a container every process may have the same number. This one holds no lock.
		return true
	}
	p, err := os.FindProcess(h.Process)
	if err != nil {
		return true
	}
	defer func() { _ = p.Release() }()
	return errors.Is(p.Signal(syscall.Signal(0)), os.ErrProcessDone)
}

func (h *LockOwner) String() string { return fmt.Sprintf("%d@%s", h.Process, h.Host) }
