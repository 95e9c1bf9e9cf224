package sync_test

import (
	"context"
	"errors"
	"fmt"
	"io"
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
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// fixture is a BioTrack database, a Blackbird store, and a state folder.
type fixture struct {
	testing.TB
	till  *shop.Till
	store *shop.Store
	state *checkpoint.Folder
	opts  sync.Options
	// flush is how long a pass waits for the till to flush its log: a position that stays behind is right too.
	flush time.Duration
	// log receives what passes log, nil for nowhere.
	log io.Writer
	// forgotten are the customers whose names, phones and e-mails were removed.
	forgotten map[string]bool
	// skew is how far the host's clock is ahead.
	skew time.Duration
}

// newShop makes a shop with empty BioTrack tables.
func newShop(t testing.TB, kind shop.Kind, layout biotracktest.Layout) *fixture {
	t.Helper()
	s := newFixture(t, kind, shop.EmptyTill(t, layout))
	s.opts.Menu.Level = "0"
	return s
}

// stockedShop makes a shop with an invented dispensary in it.
func stockedShop(t testing.TB, kind shop.Kind, with biotracktest.Options, opts ...pgtest.Option) *fixture {
	t.Helper()
	with.NoSales = true
	return newFixture(t, kind, shop.FilledTill(t, with, opts...))
}

func newFixture(t testing.TB, kind shop.Kind, till *shop.Till) *fixture {
	t.Helper()
	s := &fixture{
		TB: t, till: till, store: shop.NewStore(t, kind), opts: sync.DefaultOptions(), flush: 20 * time.Millisecond,
	}
	s.opts.Menu.Level = "1"
	// Old passes are pruned all the time.
	s.opts.KeepPasses = 90 * time.Millisecond
	s.opts.MaxRemovals = must(sync.ParseLimit("100%"))
	s.opts.MaxPointsChange = must(sync.ParseLimit("1000000000000000"))
	var err error
	if s.state, err = checkpoint.Open(s.store.Folder, "default"); err != nil {
		t.Fatal(err)
	}
	return s
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// day lets a day of trading pass at the till.
func (s *fixture) day(number int, hardDeletes bool) {
	s.Helper()
	s.till.Day(biotracktest.Day{Seed: 7, Number: number, HardDeletes: hardDeletes})
}

// openSource connects to the till as a pass does.
func (s *fixture) openSource() *biotrack.Source {
	s.Helper()
	timeouts := biotrack.DefaultTimeouts()
	timeouts.Flush = s.flush
	source, err := biotrack.Open(s.Context(), must(pq.NewConfig(s.till.URL)), nil, timeouts)
	if err != nil {
		s.Fatal(err)
	}
	return source
}

// openStore connects to the store as a pass does.
func (s *fixture) openStore() *blackbird.Store {
	s.Helper()
	var store *blackbird.Store
	var err error
	if s.store.Kind == shop.SQLite {
		store, err = storefile.Open(s.Context(), s.store.Folder, "default")
	} else {
		cfg := must(pq.NewConfig(s.store.URL))
		cfg.ApplicationName = "blackbirdctl/test-" + filepath.Base(s.store.Folder)
		store, err = storepg.Open(s.Context(), cfg, nil, "default")
	}
	if err == nil {
		err = store.CheckSchema(s.Context())
	}
	if errors.Is(err, blackbird.ErrOlderSchema) {
		_, err = store.Migrate(s.Context())
		s.store.Distribute()
	}
	if err != nil {
		s.Fatal(err)
	}
	store.Now = func() time.Time { return time.Now().Add(s.skew) }
	return store
}

type pass func(context.Context, sync.Env, sync.Options) (sync.Result, error)

// try makes one pass, from opening the databases to closing them.
func (s *fixture) try(run pass, opts sync.Options) (sync.Result, error) {
	s.Helper()
	source, store := s.openSource(), s.openStore()
	defer source.Close()
	defer store.Close()
	return run(s.Context(), s.env(source, store), opts)
}

func (s *fixture) env(source *biotrack.Source, store *blackbird.Store) sync.Env {
	log := zerolog.Nop()
	if s.log != nil {
		log = zerolog.New(s.log)
	}
	return sync.Env{Source: source, Store: store, State: s.state, Log: log}
}

// pass makes one pass that must succeed.
func (s *fixture) pass(run pass) sync.Result {
	s.Helper()
	r, err := s.try(run, s.opts)
	if err != nil {
		s.Fatalf("%s: %v", r.Stream, err)
	}
	return r
}

// full makes one full pass that must succeed.
func (s *fixture) full(run pass) sync.Result {
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
func (s *fixture) passes() {
	s.Helper()
	for _, run := range []pass{sync.Customers.Pass, sync.Orders.Pass, sync.Products.Pass, sync.Points.Pass} {
		s.pass(run)
	}
}

// expected is what the rules make of the till's tables as they are now.
func (s *fixture) expected() oracle.Expected {
	s.Helper()
	src, err := oracle.Read(s.Context(), s.till.DB)
	if err != nil {
		s.Fatal(err)
	}
	return oracle.Expect(src, oracle.Settings{
		Locations: s.opts.Locations, Region: s.opts.Region, Level: must(strconv.ParseInt(s.opts.Menu.Level, 10, 64)),
		Rooms: s.opts.Menu.Rooms, Reserve: s.opts.Menu.Reserve, AllowFree: s.opts.Menu.AllowFree,
		PointsPerDollar: s.opts.Rules.PointsPerDollar, Basis: string(s.opts.Rules.Basis), Starts: s.opts.Rules.Starts,
		Now: time.Now().Add(s.skew), Forgotten: s.forgotten,
	})
}

// check holds the store against the oracle. What the till deleted or broke since it was taken may linger where a pass
// cannot know.
func (s *fixture) check(options oracle.Options) {
	s.Helper()
	oracle.Report(s, s.differences(options))
	if s.Failed() {
		s.FailNow()
	}
}

func (s *fixture) differences(options oracle.Options) []oracle.Difference {
	s.Helper()
	return oracle.Diff(s.expected(), s.store.Actual(), options)
}

// lingering is for stores with a history: rejects keep their last good row.
var lingering = oracle.Options{AllowRemoved: true, KeepRejected: true}

func decimals(text string) decimal.Decimal { return decimal.RequireFromString(text) }

// windClock gives the till a clock that a test can set: its now() is found before the server's own. It reads no table,
// whose lock would make passes take it for one of the till's.
func (s *fixture) windClock() {
	s.Helper()
	s.till.Exec(`CREATE FUNCTION public.now() RETURNS timestamptz LANGUAGE sql STABLE
		AS $$SELECT pg_catalog.now() + CAST(current_setting('till.shift') AS interval)$$`)
	s.setTill("search_path = public, pg_catalog")
	s.setTill("till.shift = '0'")
}

// setTill sets something for the sessions that begin at the till from now on.
func (s *fixture) setTill(setting string) {
	s.Helper()
	s.till.Exec("ALTER DATABASE " + s.till.DatabaseName() + " SET " + setting)
}

// setClocks sets the till's clock, and the host's, which is ahead of it or behind. It needs windClock.
func (s *fixture) setClocks(till time.Time, host time.Duration) {
	s.Helper()
	shift := time.Until(till)
	s.setTill(fmt.Sprintf("till.shift = '%d microseconds'", shift.Microseconds()))
	s.skew = shift + host
}
