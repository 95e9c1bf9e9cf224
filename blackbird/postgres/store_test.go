package postgres_test

import (
	"context"
	"flag"
	"os"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/postgres"
	"github.com/blackbirdctl/blackbirdctl/blackbird/storetest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

func TestMain(m *testing.M) {
	// Each check of a property is some hundred statements; a flag on the command line still prevails.
	_ = flag.Set("rapid.checks", "30")
	_ = flag.Set("rapid.shrinktime", "5s")
	os.Exit(pgtest.Main(m))
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) *storetest.Database { return database(t, shop.PostgreSQL) })
}

func TestStoreOnCitus(t *testing.T) {
	t.Parallel()
	if !pgtest.HasCitus() {
		t.Skip("no Citus coordinator is named")
	}
	storetest.Run(t, func(t *testing.T) *storetest.Database { return database(t, shop.Citus) })
}

func database(t *testing.T, kind shop.Kind) *storetest.Database {
	t.Helper()
	store := shop.NewStore(t, kind)
	return &storetest.Database{Store: store, Open: func(ctx context.Context, storeID string) (*blackbird.Store, error) {
		return open(ctx, store.URL, storeID, "blackbirdctl/test")
	}}
}

// open opens a store as the installation of a name.
func open(ctx context.Context, url, storeID, application string) (*blackbird.Store, error) {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		return nil, err
	}
	cfg.ApplicationName = application
	return postgres.Open(ctx, cfg, nil, storeID)
}
