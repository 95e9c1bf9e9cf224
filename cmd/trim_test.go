package cmd_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

// TestTrimPasses: the statement that trims the activity log takes nothing that a later pass asks for.
func TestTrimPasses(t *testing.T) {
	trim, err := os.ReadFile(filepath.Join("..", "deploy", "postgres", "trim-passes.sql"))
	if err != nil {
		t.Fatal(err)
	}
	s := newShop(t, onPostgres, t.TempDir())
	if err := s.generate(biotracktest.Options{Seed: 5, Customers: 30, Tickets: 60, Products: 20, NoSales: true}); err != nil {
		t.Fatal(err)
	}
	passes := [][]string{{"sync", "customers"}, {"sync", "orders"}, {"sync", "products", "--member-level", "1"}, {"points", "recompute"}}
	for range 3 {
		for _, args := range passes {
			s.run(0, args...)
		}
	}
	err = s.inStore(func(db *sql.DB) error {
		// The third pass over products is the last one, and stays as it is.
		_, err := db.Exec(`UPDATE passes SET started_at = started_at - interval '100 days' WHERE pass_id <= 10 AND stream = 'products'`)
		if err != nil {
			return err
		}
		done, err := db.Exec(string(trim))
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); n != 2 || err != nil {
			t.Errorf("%d passes are gone, %v", n, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range append(passes, []string{"verify", "--member-level", "1"}, []string{"status"}) {
		s.run(0, args...)
	}
}
