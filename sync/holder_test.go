package sync_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// noted is a state whose orders' lock file says something.
func noted(t *testing.T, note string) *sync.State {
	t.Helper()
	folder := t.TempDir()
	state, err := sync.OpenState(folder, "main")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "main", "orders.lock"), []byte(note), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestHolder(t *testing.T) {
	ended := exec.Command("true")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	here, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		process int
		host    string
		gone    bool
	}{
		{"at work", os.Getppid(), here, false},
		{"ended", ended.Process.Pid, here, true},
		{"this process", os.Getpid(), here, true},
		{"elsewhere", ended.Process.Pid, here + "-2", false},
	} {
		h := noted(t, fmt.Sprintf("process %d on %s since 2026-03-01T12:00:00Z\n", tt.process, tt.host)).Owner("orders")
		if h == nil || h.String() != fmt.Sprintf("%d@%s", tt.process, tt.host) || h.Since.IsZero() || h.Exited() != tt.gone {
			t.Errorf("%s: %+v, gone must be %v", tt.name, h, tt.gone)
		}
	}
}

func TestNoHolder(t *testing.T) {
	for _, note := range []string{"", "process", "process x on y since z", "process 1 on till since yesterday", "\x00\xff"} {
		if h := noted(t, note).Owner("orders"); h != nil {
			t.Errorf("%q names %v", note, h)
		}
	}
	if h := sync.LookInto(filepath.Join(t.TempDir(), "nowhere"), "main").Owner("orders"); h != nil {
		t.Errorf("no file names %v", h)
	}
}

// TestHolderOfALock reads the note that taking a lock leaves.
func TestHolderOfALock(t *testing.T) {
	state := noted(t, "")
	unlock, err := state.Lock("orders")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if h := state.Owner("orders"); h == nil || h.Process != os.Getpid() {
		t.Errorf("the holder is %v", h)
	}
}

// TestLookIntoMakesNothing reads where there is no folder.
func TestLookIntoMakesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "nowhere")
	if w, err := sync.LookInto(folder, "main").Read("orders"); w != nil || err != nil {
		t.Errorf("watermark %v, %v", w, err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder: %v", err)
	}
}

// TestRejectRemedies: every reason has one.
func TestRejectRemedies(t *testing.T) {
	for _, reason := range []string{
		sync.ReasonNoID, sync.ReasonDuplicateID, sync.ReasonBadTotal, sync.ReasonBadAmount, sync.ReasonBadTime, sync.ReasonBadPrice,
		sync.ReasonBadQuantity,
	} {
		if sync.RejectHint(reason) == sync.RejectHint("another") {
			t.Errorf("%s has no remedy", reason)
		}
	}
}
