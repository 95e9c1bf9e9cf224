package shop

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestShop syncs a shop into each kind of store, and reads it back.
func TestShop(t *testing.T) {
	pgtest.NeedServer(t)
	bin, err := Build(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	EachKindInTurn(t, func(t *testing.T, kind Kind) {
		till := FilledTill(t, biotracktest.Options{Seed: 3, Customers: 20, Tickets: 40, Products: 10, NoSales: true,
			BadRows: true})
		s := New(till, kind, bin)
		s.Run(0, "migrate")
		s.Store.Distribute()
		passes := [][]string{{"sync", "customers"}, {"sync", "orders"}, {"sync", "products", "--member-level", "1"},
			{"points", "recompute"}}
		for _, args := range passes {
			s.Run(0, args...)
		}
		s.WantSynced(oracle.Settings{
			Region: "US", Level: 1, PointsPerDollar: decimal.NewFromInt(1), Basis: oracle.BasisTotal, Now: time.Now(),
		}, oracle.Options{})
		s.Store.WantPasses(
			Pass{Stream: "customers", Status: "done"}, Pass{Stream: "orders", Status: "done"},
			Pass{Stream: "products", Status: "done"}, Pass{Stream: "points", Status: "done"},
		)
		before := s.Store.Dump()
		for _, args := range passes {
			s.Run(0, args...)
		}
		s.Store.WantUnwritten(before)
	})
}

// TestWantShowsWhatDiffers: a check fails with the row and the column that differ, and looks at the set columns only.
func TestWantShowsWhatDiffers(t *testing.T) {
	rows := func() []Order {
		return []Order{{ID: "A", Total: "1.00", PassID: 7}, {ID: "B", Total: "2.00", PassID: 8}}
	}
	r := &recorder{TB: t}
	s := &Store{TB: r}
	want(s, "orders", rows(), []Order{{ID: "A", Total: "1.00"}, {ID: "B", Total: "2.00"}})
	if r.message != "" {
		t.Errorf("alike, and %s", r.message)
	}
	want(s, "orders", rows(), []Order{{ID: "A", Total: "1.00"}, {ID: "B", Total: "3.00"}})
	if !strings.Contains(r.message, `"3.00"`) || strings.Contains(r.message, "PassID: 8") {
		t.Errorf("differ, and %q", r.message)
	}
	r.message = ""
	if want(s, "orders", rows(), nil); r.message == "" {
		t.Error("two rows are taken for none")
	}
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	message string
}

func (r *recorder) Errorf(format string, args ...any) {
	r.message = strings.TrimSpace(format + args[1].(string))
}
