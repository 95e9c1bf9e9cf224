package cmd_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestStoreCopyAcrossEngines copies a store from PostgreSQL to SQLite and back, and reads all three with the oracle's
// own eyes.
func TestStoreCopyAcrossEngines(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.PostgreSQL, t.TempDir())
	s.generate(biotracktest.Options{Seed: 4, Customers: 60, Tickets: 300, Products: 40, BadRows: true})
	s.run(0, "sync", "customers")
	s.run(0, "sync", "orders")
	s.run(0, "sync", "products", "--member-level", "1")
	s.run(0, "points", "recompute", "--points-per-dollar", "1.25")
	embedded := shop.EmbeddedStore(t, t.TempDir())
	s.run(0, "store", "copy", "--from", s.store.URL, "--to", "sqlite:"+embedded.Folder)
	s.run(0, "store", "copy", "--from", "sqlite:"+embedded.Folder, "--to", s.store.URL, "--as", "back")
	want := s.store.Actual()
	for i := range want.Ledger {
		want.Ledger[i].Terms = plainJSON(t, want.Ledger[i].Terms)
	}
	s.store.ID = "back"
	for what, got := range map[string]*oracle.Actual{"SQLite": embedded.Actual(), "PostgreSQL": s.store.Actual()} {
		got.Passes = got.Passes[:len(want.Passes)] // without those of the copies
		for i := range got.Ledger {
			got.Ledger[i].Terms = plainJSON(t, got.Ledger[i].Terms)
		}
		inOrder := cmpopts.SortSlices(func(a, b oracle.LedgerLine) bool { return fmt.Sprint(a) < fmt.Sprint(b) })
		if diff := cmp.Diff(want, got, inOrder); diff != "" {
			t.Errorf("copy in %s (-want +got):\n%s", what, diff)
		}
	}
}

// plainJSON spells JSON in one way.
func plainJSON(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// TestStoreCopyIsResumed kills a copy between two pages. The store that it left is no store: passes refuse it. The same
// copy goes on, begins anew where the source was written since, and where it finds in the end that the stores differ.
func TestStoreCopyIsResumed(t *testing.T) {
	program, err := crashing()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := newShop(t, kind, t.TempDir())
			s.generate(biotracktest.Options{Seed: 3, Customers: 20, Tickets: 60, Products: 5})
			s.run(0, "sync", "customers")
			s.run(0, "sync", "orders")
			s.run(0, "points", "recompute")
			at := s.store.URL
			if kind == shop.SQLite {
				at = "sqlite:" + s.store.Folder
			}
			// other is the store that is copied to, in another round another one.
			other := "other"
			copyTo := func() []string {
				return []string{"store", "copy", "--from", at, "--to", at, "--as", other, "--output", "json"}
			}
			die := func(seam string) {
				t.Helper()
				env := append(s.variables(), "BLACKBIRDCTL_CRASH_AT="+seam)
				r, err := launchProgram(program, "", env, nil, copyTo()...)
				if err != nil {
					t.Fatal(err)
				}
				if out := r.outcome(); out.code != killed {
					t.Fatalf("the copy is to die at %q but ended with %d\n%s", seam, out.code, out.stderr)
				}
			}
			want := func(words string) {
				t.Helper()
				if out := s.run(0, copyTo()...); !strings.Contains(out.stdout, words) {
					t.Errorf("the copy prints no %s:\n%s", words, out.stdout)
				}
			}

			refused := func(args ...string) {
				t.Helper()
				out := s.start(append([]string{"sync", "orders", "--store", other}, args...)...).outcome()
				if out.code != 78 || !strings.Contains(out.stderr, "a copy that was cut off") {
					t.Errorf("a pass of the copy that is none ended with %d\n%s", out.code, out.stderr)
				}
			}

			die("page copied#4")
			refused()
			refused("--full", "--dry-run")
			want(`"resumed":true,"equal":true`)
			s.run(0, "sync", "orders", "--store", other)

			other = "another"
			die("page copied#5")
			s.run(0, "sync", "customers")
			want(`"resumed":false,"equal":true`)

			other = "third"
			die("page copied#6")
			s.store.Exec("UPDATE customers SET first_name = 'x' WHERE store_id = 'third' AND customer_id = 'C0000002'")
			differs := s.start(copyTo()...).outcome()
			if differs.code != 65 || !strings.Contains(differs.stderr, "store that was copied: customers") ||
				!strings.Contains(differs.stdout, `"resumed":true,"equal":false`) {
				t.Errorf("a copy that differs ended with %d\n%s%s", differs.code, differs.stdout, differs.stderr)
			}
			refused()
			want(`"resumed":false,"equal":true`)
			s.run(0, "verify", "points", "--store", other)
		})
	}
}
