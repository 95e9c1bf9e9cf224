package postgres_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// citusScript is what an operator runs on a coordinator.
const citusScript = "../../deploy/citus.sql"

// TestOnCitus distributes the tables as an operator does, and once more; all that eachStore runs is run on Citus too.
func TestOnCitus(t *testing.T) {
	url := pgtest.CitusDatabase(t)
	store, err := open(t.Context(), url, storeID, "blackbirdctl/test")
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if _, err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		pgtest.Distribute(t, url, citusScript)
	}
	var tables []string
	db := sqlx.NewDb(pgtest.Open(t, url), "postgres")
	err = db.Select(&tables, `SELECT CAST(logicalrelid AS text) FROM pg_dist_partition
		WHERE column_to_column_name(logicalrelid, partkey) = 'store_id' ORDER BY 1`)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"customers", "forgotten_customers", "orders", "passes", "points_balances", "points_ledger", "points_programs",
		"products", "rejects", "sources",
	}
	if diff := cmp.Diff(want, tables); diff != "" {
		t.Errorf("distributed tables (-want +got):\n%s", diff)
	}
	var groups int
	if err := db.Get(&groups, "SELECT count(DISTINCT colocationid) FROM pg_dist_partition"); err != nil || groups != 1 {
		t.Errorf("%d groups of tables, %v; want 1", groups, err)
	}
}
