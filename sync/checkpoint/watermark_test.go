package checkpoint

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/moby/sys/atomicwriter"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func example() Watermark {
	return Watermark{
		Stream: "orders",
		Source: &Source{
			SystemIdentifier: "7711273817685884204", Timeline: 1, Database: "biotrackthc", DatabaseOID: 16384,
		},
		Settings: map[string]string{"locations": "all"},
		WAL:      23_456_789,
		Evidence: map[string]model.Evidence{"tickets": {
			Relations: []string{"16385 r"},
			Witnesses: []model.Witness{{Key: "7", XID: "960", Name: "a1", Content: "b2"}},
		}},
		Unfinished: NewUnfinished("first", "965", "\xff 12/\n"),
		Pass:       Pass{ID: 13, StartedAt: time.Date(2026, 1, 5, 8, 0, 0, 123456000, time.UTC), Read: 20025},
	}
}

// savedWatermark writes a watermark and returns the folder's state and the file's bytes.
func savedWatermark(t *testing.T) (*Folder, []byte) {
	t.Helper()
	state, err := Open(t.TempDir(), "default")
	if err == nil {
		err = state.Save(example())
	}
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(state.WatermarkPath("orders"))
	if err != nil {
		t.Fatal(err)
	}
	return state, text
}

func isBroken(err error) bool {
	_, ok := errors.AsType[*BrokenError](err)
	return ok
}

func TestWatermarkRoundTrip(t *testing.T) {
	state, _ := savedWatermark(t)
	w, err := state.Read("orders")
	if err != nil {
		t.Fatal(err)
	}
	want := example()
	if !reflect.DeepEqual(w.Unfinished, want.Unfinished) || w.Pass != want.Pass || *w.Source != *want.Source ||
		w.WAL != want.WAL || !reflect.DeepEqual(w.Evidence, want.Evidence) {
		t.Errorf("got %+v", w)
	}
	if key, err := w.Unfinished.Key(); err != nil || key != "\xff 12/\n" {
		t.Errorf("last key %q, %v", key, err)
	}
	if none, err := state.Read("customers"); none != nil || err != nil {
		t.Errorf("a stream without a file: %v, %v", none, err)
	}
}

// TestFormat1 reads a file of the format before this one: it has a position, and no evidence of the source.
func TestFormat1(t *testing.T) {
	w, err := decode([]byte(`{
  "format": 1,
  "store": "default",
  "stream": "orders",
  "source": {
    "system_identifier": "7711273817685884204",
    "timeline": 1,
    "database": "biotrackthc",
    "database_oid": 16384
  },
  "settings": {
    "locations": "all"
  },
  "position": "965",
  "pass": {
    "id": 13,
    "started_at": "2026-01-05T08:00:00.123456Z",
    "read": 20025
  },
  "saved_at": "2026-01-05T08:01:00Z",
  "checksum": "7c989131d1686dc6fddb8788c9105fbaa11a65f299f84fe70100727715be7e61"
}
`))
	if err != nil {
		t.Fatal(err)
	}
	if w.Format != 1 || w.Position != "965" || w.Pass.ID != 13 || w.Evidence != nil || w.WAL != 0 {
		t.Errorf("got %+v", w)
	}
}

// TestDamagedWatermark flips each byte and cuts each prefix: a clear error, or the same position, and never a wrong
// one.
func TestDamagedWatermark(t *testing.T) {
	state, text := savedWatermark(t)
	path := state.WatermarkPath("orders")
	refuses := func(damaged []byte, what string, at int) {
		if err := os.WriteFile(path, damaged, fileMode); err != nil {
			t.Fatal(err)
		}
		if w, err := state.Read("orders"); !isBroken(err) {
			t.Fatalf("%s at %d was read as %+v, %v", what, at, w, err)
		}
	}
	for i := range text {
		refuses(text[:i], "cut", i)
		damaged := append([]byte(nil), text...)
		damaged[i] ^= 0x01
		refuses(damaged, "flip of the lowest bit", i)
		damaged[i] = text[i] ^ 0x20
		refuses(damaged, "change of case", i)
	}
	refuses(append(append([]byte(nil), text...), ' '), "tail", len(text))
}

// TestForeignWatermark: a file that was copied from another stream or store is refused, and one of a newer version is
// told as such.
func TestForeignWatermark(t *testing.T) {
	state, text := savedWatermark(t)
	if err := os.WriteFile(state.WatermarkPath("customers"), text, fileMode); err != nil {
		t.Fatal(err)
	}
	if _, err := state.Read("customers"); !isBroken(err) {
		t.Errorf("another stream's file: %v", err)
	}
	other, err := Open(filepath.Dir(state.path), "other")
	if err == nil {
		err = os.WriteFile(other.WatermarkPath("orders"), text, fileMode)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Read("orders"); !isBroken(err) {
		t.Errorf("another store's file: %v", err)
	}
	if _, err := decode([]byte(`{"format": 4, "position": "1"}`)); err == nil || errors.Is(err, errDamaged) {
		t.Errorf("a newer format: %v", err)
	}
}

func TestSaveNeedsFolder(t *testing.T) {
	state, _ := savedWatermark(t)
	if err := os.RemoveAll(state.path); err != nil {
		t.Fatal(err)
	}
	var failed *StateError
	if err := state.Save(example()); !errors.As(err, &failed) {
		t.Errorf("saved without a folder: %v", err)
	}
	if err := state.Probe("orders"); !errors.As(err, &failed) {
		t.Errorf("probed without a folder: %v", err)
	}
}

// TestProbeRemovesHalfWritten: what a pass left that was killed in the middle of writing is removed, and the watermark
// itself is not.
func TestProbeRemovesHalfWritten(t *testing.T) {
	state, text := savedWatermark(t)
	// The writer is never closed, as by a pass that is killed.
	file, err := atomicwriter.New(state.WatermarkPath("orders"), fileMode)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(text[:9]); err != nil {
		t.Fatal(err)
	}
	hidden := func() []string {
		found, err := filepath.Glob(filepath.Join(state.path, ".*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	if len(hidden()) != 1 {
		t.Fatalf("%q are half-written", hidden())
	}
	if err := state.Probe("orders"); err != nil {
		t.Fatal(err)
	}
	if left := hidden(); len(left) > 0 {
		t.Errorf("%q were left", left)
	}
	if w, err := state.Read("orders"); w == nil || err != nil {
		t.Errorf("the watermark: %v, %v", w, err)
	}
}

func TestLock(t *testing.T) {
	state, _ := savedWatermark(t)
	unlock, err := state.Lock("orders")
	if err != nil {
		t.Fatal(err)
	}
	var locked *LockedError
	if _, err := state.Lock("orders"); !errors.As(err, &locked) || locked.Owner == "" {
		t.Errorf("locked twice: %v", err)
	}
	other, err := state.Lock("customers")
	if err != nil {
		t.Fatalf("another stream's lock: %v", err)
	}
	other()
	unlock()
	if unlock, err = state.Lock("orders"); err != nil {
		t.Fatalf("lock after unlock: %v", err)
	}
	unlock()
}

// FuzzWatermark: whatever is read is written back to the byte, so nothing that differs is ever taken for the same.
func FuzzWatermark(f *testing.F) {
	text, err := example().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{}`))
	f.Add([]byte(`{"format":1}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, text []byte) {
		w, err := decode(text)
		if err != nil {
			return
		}
		if again, err := w.encode(); err != nil || string(again) != string(text) {
			t.Errorf("read %q, wrote %q (%v)", text, again, err)
		}
	})
}

// TestTooLarge: what is too large to be a watermark is named once, with what to do.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	state, err := Open(t.TempDir(), "main")
	if err != nil {
		t.Fatal(err)
	}
	path := state.WatermarkPath("orders")
	if err := os.WriteFile(path, make([]byte, 4<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = state.Read("orders")
	large, ok := errors.AsType[*StateError](err)
	if !ok || err.Error() != "read watermark "+path+": larger than 4 MiB" || !strings.Contains(large.Hint(), path) {
		t.Errorf("error is %v", err)
	}
}
