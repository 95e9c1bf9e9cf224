package sync_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/lib/pq"
	"github.com/rs/zerolog"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	storepg "github.com/blackbirdctl/blackbirdctl/blackbird/postgres"
	storefile "github.com/blackbirdctl/blackbirdctl/blackbird/sqlite"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

const (
	postgres = "PostgreSQL"
	sqlite   = "SQLite"
	citus    = "Citus"
)

// storeKinds are the kinds of store that there are here.
func storeKinds() []string {
	if pgtest.HasCitus() {
		return []string{postgres, sqlite, citus}
	}
	return []string{postgres, sqlite}
}

// shop is a BioTrack database, a Blackbird store, and a state folder.
type shop struct {
	testing.TB
	till     *sql.DB
	tillURL  string
	storeURL string // empty for SQLite
	citus    bool
	folder   string
	state    *checkpoint.Folder
	opts     sync.Options
}

// eachStore runs a test on all kinds of store.
func eachStore(t *testing.T, test func(t *testing.T, kind string)) {
	for _, kind := range storeKinds() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			test(t, kind)
		})
	}
}

// eachStoreInTurn is eachStore for tests that change what all passes share.
func eachStoreInTurn(t *testing.T, test func(t *testing.T, kind string)) {
	for _, kind := range storeKinds() {
		t.Run(kind, func(t *testing.T) { test(t, kind) })
	}
}

// newShop makes a shop with empty BioTrack tables.
func newShop(t testing.TB, kind string, layout biotracktest.Layout, opts ...pgtest.Option) *shop {
	t.Helper()
	s := bareShop(t, kind, pgtest.SourceDatabase(t, opts...))
	s.opts.Menu.Level = "0"
	if err := biotracktest.Create(t.Context(), s.till, layout); err != nil {
		t.Fatal(err)
	}
	return s
}

// stockedShop makes a shop with an invented dispensary in it.
func stockedShop(t testing.TB, kind string, with biotracktest.Options, opts ...pgtest.Option) *shop {
	t.Helper()
	s := bareShop(t, kind, pgtest.SourceDatabase(t, opts...))
	with.NoSales = true
	if _, err := biotracktest.Generate(t.Context(), s.till, with); err != nil {
		t.Fatal(err)
	}
	return s
}

func bareShop(t testing.TB, kind, tillURL string) *shop {
	t.Helper()
	s := &shop{TB: t, till: pgtest.Open(t, tillURL), tillURL: tillURL, folder: t.TempDir(), opts: sync.DefaultOptions()}
	s.newStore(kind)
	s.opts.Menu.Level = "1"
	s.opts.MaxRemovals = must(sync.ParseMaxRemovals("100%"))
	var err error
	if s.state, err = checkpoint.Open(s.folder, "default"); err != nil {
		t.Fatal(err)
	}
	return s
}

// newStore gives the shop a store that is empty.
func (s *shop) newStore(kind string) {
	s.Helper()
	switch kind {
	case postgres:
		s.storeURL = pgtest.Database(s)
	case citus:
		s.storeURL, s.citus = pgtest.CitusDatabase(s), true
	default:
		s.folder = s.TempDir()
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// exec runs a statement at the till.
func (s *shop) exec(query string, args ...any) {
	s.Helper()
	if _, err := s.till.ExecContext(s.Context(), query, args...); err != nil {
		s.Fatalf("%s: %v", query, err)
	}
}

func (s *shop) day(number int, hardDeletes bool) {
	s.Helper()
	_, err := biotracktest.TradingDay(s.Context(), s.till, biotracktest.Day{Seed: 7, Number: number,
		HardDeletes: hardDeletes})
	if err != nil {
		s.Fatal(err)
	}
}

// openSource connects to the till as a pass does.
func (s *shop) openSource() *biotrack.Source {
	s.Helper()
	source, err := biotrack.Open(s.Context(), must(pq.NewConfig(s.tillURL)), nil, biotrack.DefaultTimeouts())
	if err != nil {
		s.Fatal(err)
	}
	return source
}

// openStore connects to the store as a pass does.
func (s *shop) openStore() *blackbird.Store {
	s.Helper()
	var store *blackbird.Store
	var err error
	if s.storeURL == "" {
		store, err = storefile.Open(s.Context(), s.folder, "default")
	} else {
		cfg := must(pq.NewConfig(s.storeURL))
		cfg.ApplicationName = "blackbirdctl/test-" + filepath.Base(s.folder)
		store, err = storepg.Open(s.Context(), cfg, nil, "default")
	}
	if err == nil {
		err = store.CheckSchema(s.Context())
	}
	if errors.Is(err, blackbird.ErrOlderSchema) {
		_, err = store.Migrate(s.Context())
		if s.citus {
			pgtest.Distribute(s, s.storeURL, "../deploy/citus.sql")
		}
	}
	if err != nil {
		s.Fatal(err)
	}
	return store
}

type pass func(context.Context, sync.Env, sync.Options) (sync.Result, error)

// try makes one pass, from opening the databases to closing them.
func (s *shop) try(run pass, opts sync.Options) (sync.Result, error) {
	s.Helper()
	source, store := s.openSource(), s.openStore()
	defer source.Close()
	defer store.Close()
	return run(s.Context(), s.env(source, store), opts)
}

func (s *shop) env(source *biotrack.Source, store *blackbird.Store) sync.Env {
	return sync.Env{Source: source, Store: store, State: s.state, Log: zerolog.Nop()}
}

// pass makes one pass that must succeed.
func (s *shop) pass(run pass) sync.Result {
	s.Helper()
	r, err := s.try(run, s.opts)
	if err != nil {
		s.Fatalf("%s: %v", r.Stream, err)
	}
	return r
}

// full makes one full pass that must succeed.
func (s *shop) full(run pass) sync.Result {
	s.Helper()
	opts := s.opts
	opts.Full = true
	r, err := s.try(run, opts)
	if err != nil {
		s.Fatalf("%s: %v", r.Stream, err)
	}
	return r
}

// passes makes one pass over each stream.
func (s *shop) passes() {
	s.Helper()
	for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass} {
		s.pass(run)
	}
}

// openRows opens the store for looking at its rows.
func (s *shop) openRows() *sql.DB {
	s.Helper()
	if s.storeURL != "" {
		return pgtest.Open(s, s.storeURL)
	}
	db, err := sql.Open("sqlite", filepath.Join(s.folder, storefile.FileName))
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { _ = db.Close() })
	return db
}

// rows reads the whole store.
func (s *shop) rows() *oracle.Actual {
	s.Helper()
	db := s.openRows()
	defer db.Close()
	actual, err := oracle.ReadStore(s.Context(), db, s.storeURL == "", "default")
	if err != nil {
		s.Fatal(err)
	}
	return actual
}

// expected is what the rules make of the till's tables as they are now.
func (s *shop) expected() oracle.Expected {
	s.Helper()
	src, err := oracle.Read(s.Context(), s.till)
	if err != nil {
		s.Fatal(err)
	}
	return oracle.Expect(src, oracle.Settings{
		Locations: s.opts.Locations, Region: s.opts.Region, Level: must(strconv.ParseInt(s.opts.Menu.Level, 10, 64)),
		Rooms: s.opts.Menu.Rooms, Reserve: s.opts.Menu.Reserve,
		PointsPerDollar: s.opts.Rules.PointsPerDollar, Basis: string(s.opts.Rules.Basis), Starts: s.opts.Rules.Starts,
		Now: time.Now(),
	})
}

// check holds the store against the oracle. What the till deleted or broke since it was taken may linger where a pass
// cannot know.
func (s *shop) check(options oracle.Options) {
	s.Helper()
	oracle.Report(s, s.differences(options))
	if s.Failed() {
		s.FailNow()
	}
}

func (s *shop) differences(options oracle.Options) []oracle.Difference {
	s.Helper()
	return oracle.Diff(s.expected(), s.rows(), options)
}

// lingering is for stores with a history: rejects keep their last good row.
var lingering = oracle.Options{AllowRemoved: true, KeepRejected: true}

func decimals(text string) decimal.Decimal { return decimal.RequireFromString(text) }
