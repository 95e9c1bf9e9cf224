package cmd_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestStoreInTill names the till's own database as the store's, as a role that may make tables there: directly, through
// a pooler and with a schema of its own. Nothing is made. A till whose customers have another name is known by its
// server and database, whether or not the server shows its identifier.
func TestStoreInTill(t *testing.T) {
	t.Parallel()
	s := newShop(t, shop.PostgreSQL, t.TempDir())
	s.generate(biotracktest.Options{Seed: 7, Customers: 20, Tickets: 40, NoSales: true})
	s.till.Exec("CREATE SCHEMA blackbird")
	relations := func() []string {
		return s.till.Texts("SELECT relname FROM pg_class WHERE relnamespace >= 2200 ORDER BY relname")
	}
	before, direct := relations(), mustUser(t, s.till.URL, "", storePassword)
	commands := [][]string{
		{"sync", "customers"}, {"sync", "orders", "--full"}, {"sync", "products", "--member-level", "1", "--dry-run"},
		{"verify", "customers", "--repair"}, {"points", "recompute"}, {"migrate"},
	}
	refused := func(commands ...[]string) {
		t.Helper()
		for _, command := range commands {
			s.run(78, command...)
			if diff := cmp.Diff(before, relations()); diff != "" {
				t.Fatalf("%q changed the till's database:\n%s", command, diff)
			}
		}
	}
	pooled := pgtest.StartPooler(t, direct, pgtest.PoolSessions, 5).URL(t, direct)
	for _, s.store.URL = range []string{direct, pooled, direct + "&search_path=blackbird"} {
		refused(commands...)
	}

	s.till.Exec("ALTER TABLE customers RENAME TO people")
	before = relations()
	query := filepath.Join(t.TempDir(), "customers.sql")
	if err := os.WriteFile(query, []byte("SELECT *, xmin FROM people"), 0o600); err != nil {
		t.Fatal(err)
	}
	overridden := []string{"sync", "customers", "--source-sql", "customers=" + query}
	for _, s.store.URL = range []string{direct, pooled} {
		refused(overridden)
	}
	s.till.Exec("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
	refused(overridden)
}
