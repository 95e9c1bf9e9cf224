package cmd

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// chainConfig is a config file of so many stores.
func chainConfig(stores int) string {
	var b strings.Builder
	b.WriteString("log_format: json\nstreams: [points]\nstores:\n")
	for i := range stores {
		fmt.Fprintf(&b, "  shop%05d: {biotrack_url: postgres://reader@till%d/biotrackthc}\n", i, i)
	}
	return b.String()
}

// runChain runs a command line for all stores of a config file that is gone once it has been read.
func runChain(ctx context.Context, t *testing.T, stores int, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "chain.yaml")
	if err := os.WriteFile(path, []byte(chainConfig(stores)), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("BLACKBIRDCTL_STATE_DIR", t.TempDir())
	var out, problems bytes.Buffer
	args = append(args, "--all-stores", "--parallel", "8", "--config", path)
	a := &app{args: args, out: &out, err: &problems, cfg: config.New()}
	if _, err := a.readConfig(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	code = a.main(ctx)
	return out.String(), problems.String(), code
}

// switchedOff is a pass that does nothing for any store.
var switchedOff = []string{"sync", "customers"}

// TestConfigIsReadOnce: a chain's config file is read once, however many stores it tells of.
func TestConfigIsReadOnce(t *testing.T) {
	const stores = 30
	out, problems, code := runChain(t.Context(), t, stores, switchedOff...)
	if code != exitOK || strings.Count(out, "nothing done\n") != stores || !strings.HasPrefix(out, "shop00000: ") {
		t.Errorf("exit code %d, stdout\n%sstderr\n%s", code, out, problems)
	}
	if !strings.Contains(problems, `"stores":30,"failed":0,`) {
		t.Errorf("no line tells of all stores:\n%s", problems)
	}
}

// TestStoresLeaveNothing: a run for many stores holds no more memory in the end than what it printed.
func TestStoresLeaveNothing(t *testing.T) {
	const stores, most = 400, 8 << 10
	inUse := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	runChain(t.Context(), t, 1, switchedOff...)
	before := inUse()
	if _, problems, code := runChain(t.Context(), t, stores, switchedOff...); code != exitOK {
		t.Fatalf("exit code %d\n%s", code, problems)
	}
	if after := inUse(); after > before+stores*most {
		t.Errorf("%d bytes in use before, %d after: %d a store", before, after, (after-before)/stores)
	}
}

// TestStoppedChain: a run that is told to stop begins no other store.
func TestStoppedChain(t *testing.T) {
	ctx, stop := context.WithCancelCause(t.Context())
	stop(&SignalError{Signal: syscall.SIGTERM})
	out, problems, code := runChain(ctx, t, 30, switchedOff...)
	if code != exitTerminated || out != "" || strings.Contains(problems, "store failed") ||
		!strings.Contains(problems, "stopped: terminated") {
		t.Errorf("exit code %d, stdout\n%sstderr\n%s", code, out, problems)
	}
}

// TestStoresInTurn: a run goes on with the stores that the one before did not come to, and with the one in which it was
// killed; what failed waits for its turn as others do.
func TestStoresInTurn(t *testing.T) {
	a := &app{cfg: config.New()}
	a.cfg.StateDir = t.TempDir()
	now := time.Now()
	attempt := func(store, stream string, minute int) {
		state, err := checkpoint.Open(a.cfg.StateDir, store)
		if err != nil {
			t.Fatal(err)
		}
		err = state.SaveAttempt(stream, checkpoint.Attempt{EndedAt: now.Add(time.Duration(minute) * time.Minute)})
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, store := range []string{"a", "b", "c", "d"} {
		attempt(store, "orders", i)
	}
	attempt("a", "orders", 10)
	attempt("b", "orders", 11)
	attempt("d", "products", 12)
	attempt("c", "products", 13)
	names := []string{"a", "b", "c", "d", "new"}
	for command, want := range map[string][]string{
		"blackbirdctl sync orders":   {"new", "c", "d", "a", "b"},
		"blackbirdctl sync products": {"a", "b", "new", "d", "c"},
		"blackbirdctl sync all":      {"new", "c", "d", "a", "b"},
		"blackbirdctl sync":          {"new", "c", "d", "a", "b"},
		"blackbirdctl verify":        names,
	} {
		if got := a.inTurn(names, command); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", command, got, want)
		}
	}
}

// TestStoresErrorIsShort: however many stores fail, the error can be read.
func TestStoresErrorIsShort(t *testing.T) {
	failed := &storesError{of: 10_000}
	for i := range 120 {
		failed.failed = append(failed.failed, &storeRun{store: fmt.Sprintf("shop%d", i), code: exitUnavailable})
	}
	failed.failed = append(failed.failed, &storeRun{store: "broken", code: exitConfig})
	if got := failed.Error(); !strings.HasPrefix(got, "121 of 10000 stores failed: 1 with exit code 78 (broken), "+
		"120 with exit code 69 (shop0, shop1, ") || !strings.HasSuffix(got, ", shop19 and 100 more)") {
		t.Error(got)
	}
}
