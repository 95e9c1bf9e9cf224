package deploy_test

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestTrimPasses: the statement that trims the activity log removes nothing that a later pass needs.
func TestTrimPasses(t *testing.T) {
	trim := fileText(t, "postgres/trim-passes.sql")
	till := shop.FilledTill(t, biotracktest.Options{Seed: 5, Customers: 30, Tickets: 60, Products: 20, NoSales: true})
	s := shop.New(till, shop.PostgreSQL, program)
	passes := [][]string{
		{"sync", "customers"}, {"sync", "orders"}, {"sync", "products", "--member-level", "1"}, {"points", "recompute"},
	}
	for range 3 {
		for _, args := range passes {
			s.Run(exitOK, args...)
		}
	}
	// The third pass over products is the last one, and stays as it is.
	s.Store.Exec(`UPDATE passes SET started_at = started_at - interval '100 days'
		WHERE pass_id <= 10 AND stream = 'products'`)
	if trimmed := s.Store.Exec(trim); trimmed != 2 {
		t.Errorf("%d passes are gone, want the first two over products", trimmed)
	}
	for _, args := range append(passes, []string{"verify", "--member-level", "1"}, []string{"status"}) {
		s.Run(exitOK, args...)
	}
}
