package biotrack

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// till is a BioTrack database of a test's own, and the package's own way in.
type till struct{ *shop.Till }

// emptyTill makes a database with the empty tables of a layout.
func emptyTill(t pgtest.TB, layout biotracktest.Layout, opts ...pgtest.Option) *till {
	t.Helper()
	return &till{shop.EmptyTill(t, layout, opts...)}
}

// filledTill makes a database in which every oddity occurs.
func filledTill(t pgtest.TB, layout biotracktest.Layout) *till {
	t.Helper()
	return &till{shop.FilledTill(t, biotracktest.Options{
		Layout: layout, Seed: 11, Customers: 120, Tickets: 300, Products: 60, NoSales: true, BadRows: true,
	})}
}

// open opens the package's source for the length of the test.
func (s *till) open() *Source {
	s.Helper()
	return s.openWith(s.Config())
}

func (s *till) openWith(cfg pq.Config) *Source {
	s.Helper()
	source, err := Open(s.Context(), cfg, nil, DefaultTimeouts())
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = source.Close() })
	return source
}

// must returns a call's value and ends the test on its error.
func must[T any](t pgtest.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// same compares two lists.
func same(t pgtest.TB, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n got %d %s\nwant %d %s", what, len(got), cut(got), len(want), cut(want))
	}
}

// cut shortens a list for a message.
func cut(list []string) string {
	const most = 40
	if len(list) > most {
		return fmt.Sprintf("%q …", list[:most])
	}
	return "[" + strings.Trim(fmt.Sprintf("%q", list), "[]") + "]"
}

// sorted returns a sorted copy.
func sorted(list []string) []string { return slices.Sorted(slices.Values(list)) }

// readInventory reads the inventory and shows the lots.
func readInventory(ctx context.Context, source *Source, locations []int64, lot LotReader) (catalog *Catalog,
	err error) {
	err = source.Inventory(ctx, locations, func(read *Catalog) (LotReader, error) {
		catalog = read
		return lot, nil
	})
	return catalog, err
}
