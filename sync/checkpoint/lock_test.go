package checkpoint_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// folderWithLock returns a folder whose lock file of orders holds a text.
func folderWithLock(t *testing.T, text string) *checkpoint.Folder {
	t.Helper()
	folder := t.TempDir()
	state, err := checkpoint.Open(folder, "main")
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "main", "orders.lock"), []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return state
}

func TestOwner(t *testing.T) {
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
		exited  bool
	}{
		{"at work", os.Getppid(), here, false},
		{"ended", ended.Process.Pid, here, true},
		{"this process", os.Getpid(), here, true},
		{"elsewhere", ended.Process.Pid, here + "-2", false},
	} {
		text := fmt.Sprintf("process %d on %s since 2026-03-01T12:00:00Z\n", tt.process, tt.host)
		h, name := folderWithLock(t, text).Owner("orders"), fmt.Sprintf("%d@%s", tt.process, tt.host)
		if h == nil || h.String() != name || h.Since.IsZero() || h.Exited() != tt.exited {
			t.Errorf("%s: %+v, exited must be %v", tt.name, h, tt.exited)
		}
	}
}

func TestNoOwner(t *testing.T) {
	for _, note := range []string{
		"", "process", "process x on y since z", "process 1 on till since yesterday", "\x00\xff",
	} {
		if h := folderWithLock(t, note).Owner("orders"); h != nil {
			t.Errorf("%q names %v", note, h)
		}
	}
	if h := checkpoint.OpenReadOnly(filepath.Join(t.TempDir(), "nowhere"), "main").Owner("orders"); h != nil {
		t.Errorf("no file names %v", h)
	}
}

// TestOwnerOfALock reads the note that taking a lock leaves.
func TestOwnerOfALock(t *testing.T) {
	state := folderWithLock(t, "")
	unlock, err := state.Lock("orders")
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if h := state.Owner("orders"); h == nil || h.Process != os.Getpid() {
		t.Errorf("the owner is %v", h)
	}
}

// TestOpenReadOnlyMakesNothing reads where there is no folder.
func TestOpenReadOnlyMakesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "nowhere")
	if w, err := checkpoint.OpenReadOnly(folder, "main").Read("orders"); w != nil || err != nil {
		t.Errorf("watermark %v, %v", w, err)
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("the folder: %v", err)
	}
}
