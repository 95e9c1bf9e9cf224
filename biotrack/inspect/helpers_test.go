package inspect

import (
	"context"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// open opens the source for the length of the test.
func open(t pgtest.TB, cfg pq.Config) *biotrack.Source {
	t.Helper()
	source, err := biotrack.Open(t.Context(), cfg, nil, biotrack.DefaultTimeouts())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = source.Close() })
	return source
}

// same compares two lists.
func same(t pgtest.TB, what string, got, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// reads are the ways in which passes and people read a source.
var reads = map[string]func(context.Context, *biotrack.Source) error{
	"schema":    func(ctx context.Context, s *biotrack.Source) error { _, err := Schema(ctx, s); return err },
	"locations": func(ctx context.Context, s *biotrack.Source) error { _, err := Locations(ctx, s); return err },
	"inventory": func(ctx context.Context, s *biotrack.Source) error {
		ignore := func(biotrack.Lot) {}
		return s.Inventory(ctx, []int64{1}, func(*biotrack.Catalog) (biotrack.LotReader, error) { return ignore, nil })
	},
	"unsellable lots": func(ctx context.Context, s *biotrack.Source) error {
		_, err := s.UnsellableLots(ctx, nil)
		return err
	},
	"customers": func(ctx context.Context, s *biotrack.Source) error {
		customers, err := s.Customers()
		if err != nil {
			return err
		}
		return readTable(ctx, customers, "C0000001")
	},
	"tickets": func(ctx context.Context, s *biotrack.Source) error {
		tickets, err := s.Tickets()
		if err != nil {
			return err
		}
		return readTable(ctx, tickets, "1")
	},
}

// readTable reads a table in every way.
func readTable[R any](ctx context.Context, table *biotrack.Table[R], key string) error {
	row := func(*R) error { return nil }
	if _, err := table.Page(ctx, &key, 100, []int64{1, 2}, row); err != nil {
		return err
	}
	if _, err := table.ByKey(ctx, []string{key}, row); err != nil {
		return err
	}
	if _, err := table.Changed(ctx, 3, 100); err != nil {
		return err
	}
	if _, err := table.Find(ctx, []string{key}); err != nil {
		return err
	}
	_, err := table.Keys(ctx, nil, 100, nil, func(model.Key) error { return nil })
	return err
}

// TestOptionalColumns drops the columns that only people read, one after the other: the locations are found without.
func TestOptionalColumns(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015)
	for _, table := range biotrack.Tables() {
		for _, column := range table.Columns {
			if len(table.Streams) == 0 || column.Name == "location" {
				s.Exec("ALTER TABLE " + table.Name + " DROP " + column.Name)
				locations(t, s.Config())
			}
		}
	}
}

// TestNoTransactionIDs looks at everything and checks that the server gave no transaction id out for it. The server is
// the test's own and rests, so that nothing else takes one.
func TestNoTransactionIDs(t *testing.T) {
	t.Parallel()
	server := pgtest.OwnServer(t, pgtest.Options{Settings: map[string]string{"autovacuum": "off"}})
	s := shop.TillAt(t, server.URL("postgres"))
	if err := biotracktest.Create(t.Context(), s.DB, biotracktest.Layout2015); err != nil {
		t.Fatal(err)
	}
	next := func() string { return s.Value("SELECT txid_snapshot_xmax(txid_current_snapshot())") }
	before := next()
	for name, read := range reads {
		if err := read(t.Context(), open(t, s.Config())); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if after := next(); after != before {
			t.Fatalf("%s: the next transaction id was %s and is %s", name, before, after)
		}
	}
}
