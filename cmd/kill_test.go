package cmd_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// command is one stream's pass, as the kill tests start it.
type command struct {
	stream string
	args   []string
	// page is how many rows a page of a first pass has, 0 where it has no pages.
	page int
}

// killCommands returns the passes that are killed. Their pages are small, so that even a fast machine takes a while
// for a small till.
func killCommands() []command {
	return []command{
		paged(oracle.StreamOrders, 20, "sync", "orders"),
		paged(oracle.StreamCustomers, 10, "sync", "customers"),
		{oracle.StreamProducts, []string{"sync", "products", "--member-level", "1"}, 0},
		paged(oracle.StreamPoints, 10, "points", "recompute"),
	}
}

// paged returns a command with a page size.
func paged(stream string, page int, args ...string) command {
	return command{stream, append(args, "--batch-size", fmt.Sprint(page)), page}
}

// TestKill kills passes with SIGKILL at many moments and starts each again at once, until one ends by itself: the store
// is then as if none had been killed, a first pass has not started over, and no run has been kept out by what a dead
// one left behind.
func TestKill(t *testing.T) {
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := newShop(t, kind, t.TempDir())
			opts := biotracktest.Options{
				Seed:      3,
				Customers: 600,
				Tickets:   3000,
				Products:  100,
				NoSales:   true,
				BadRows:   true,
			}
			s.generate(opts)
			k := killer{fixture: s, chance: rand.New(rand.NewPCG(1, uint64(len(kind))))}
			k.migration(t)
			for _, c := range killCommands() {
				k.untilDone(t, c)
			}
			k.judge(t, oracle.Options{})
			days := 2
			if torture() {
				days = 30
			}
			for number := range days {
				s.till.Day(biotracktest.Day{Seed: 3, Number: number + 1})
				for _, c := range killCommands() {
					k.untilDone(t, c)
				}
			}
			k.judge(t, oracle.Options{KeepRejected: true})
			t.Logf("killed %d runs", k.kills)
		})
	}
}

// killer kills a shop's passes.
type killer struct {
	*fixture
	chance *rand.Rand
	kills  int
}

// migration kills the making of the store's tables.
func (k *killer) migration(t *testing.T) {
	t.Helper()
	for range mostKills {
		r := k.start("migrate")
		awaitMoment(r, time.Duration(k.chance.IntN(40_000))*time.Microsecond)
		if err := r.kill(); err != nil {
			t.Fatal(err)
		}
		if out := r.outcome(); out.code != 0 && out.code != killed {
			t.Fatalf("migrate ended with %d\n%s", out.code, out.stderr)
		}
	}
	k.run(0, "migrate")
}

// mostKills bounds the kills of one pass; the run after them ends by itself.
const mostKills = 8

// untilDone starts a pass again and again, and kills it, until one run ends by itself.
func (k *killer) untilDone(t *testing.T, c command) {
	t.Helper()
	first := !exists(k.watermark(c.stream))
	kills := 0
	for ; kills < mostKills; kills++ {
		r := k.start(c.args...)
		if out := k.killAt(t, r, c, kills); out.code != killed {
			k.passed(t, c, out)
			break
		}
	}
	out := k.run(0, c.args...)
	k.kills += kills
	if first && c.page > 0 && kills > 0 {
		k.wentOn(t, c, out, kills)
	}
}

// killAt kills a run at a moment that varies: at any time from its very start on, or some pages further than the last
// one came.
func (k *killer) killAt(t *testing.T, r *running, c command, round int) outcome {
	t.Helper()
	var err error
	if round%2 == 0 && c.page > 0 {
		// The first kill comes as early as possible, so that it falls into the middle of the pass on a busy machine
		// too.
		pages := 1 + k.chance.IntN(1+min(round, 3))
		err = k.awaitPages(r, c.stream, pages)
	} else {
		awaitMoment(r, time.Duration(k.chance.IntN(60_000))*time.Microsecond)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.kill(); err != nil {
		t.Fatal(err)
	}
	out := r.outcome()
	want := killed
	if out.code == 0 {
		// It was done before the signal came.
		want = 0
	}
	if err := out.check(want); err != nil {
		t.Fatalf("blackbirdctl %q, killed or not: %v\n%s%s", c.args, err, out.stdout, out.stderr)
	}
	return out
}

// awaitPages waits until a run has moved its watermark so many times, or has ended.
func (k *killer) awaitPages(r *running, stream string, pages int) error {
	last := content(k.watermark(stream))
	return await(stream+" makes progress", func() (bool, error) {
		if now := content(k.watermark(stream)); !bytes.Equal(last, now) {
			last = now
			pages--
		}
		return pages == 0 || r.over(), nil
	})
}

// awaitMoment lets a run go on for a while. Where it is then is anybody's guess, and that is the point.
func awaitMoment(r *running, while time.Duration) {
	select {
	case <-r.ended:
	case <-time.After(while):
	}
}

func content(path string) []byte {
	text, _ := os.ReadFile(path)
	return text
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// passed looks at a run that ended before it could be killed.
func (k *killer) passed(t *testing.T, c command, out outcome) {
	t.Helper()
	if !strings.HasPrefix(out.stdout, c.stream+": ") {
		t.Fatalf("blackbirdctl %q told no result: %q", c.args, out.stdout)
	}
}

// wentOn shows that no run of a first pass began where an earlier one had been already: each kill cost one page at
// most.
func (k *killer) wentOn(t *testing.T, c command, out outcome, kills int) {
	t.Helper()
	var read, everything int64
	err := k.inStore(func(db *sql.DB) error {
		return db.QueryRow(`SELECT sum(read), max(read) FROM passes WHERE mode = 'first' AND stream = '`+c.stream+`'`).
			Scan(&read, &everything)
	})
	if err != nil {
		t.Fatal(err)
	}
	total := k.rowsOf(t, c.stream)
	if read > total+int64(kills*c.page) {
		t.Errorf("%s: %d rows read in all for %d at the source: more than a page for each of %d kills\n%s",
			c.stream, read, total, kills, out.stdout)
	}
	if everything == total {
		t.Errorf("%s: one run read all %d rows by itself: no kill fell into the middle of the pass", c.stream, total)
	}
}

// rowsOf counts what a first pass over a stream reads.
func (k *killer) rowsOf(t *testing.T, stream string) (n int64) {
	t.Helper()
	var err error
	switch stream {
	case oracle.StreamPoints:
		err = k.inStore(func(db *sql.DB) error { return db.QueryRow(`SELECT count(*) FROM orders`).Scan(&n) })
	default:
		table := map[string]string{oracle.StreamCustomers: "customers", oracle.StreamOrders: "tickets"}[stream]
		err = with(
			"postgres",
			k.till.URL,
			func(db *sql.DB) error { return db.QueryRow(`SELECT count(*) FROM ` + table).Scan(&n) },
		)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (k *killer) judge(t *testing.T, options oracle.Options) {
	t.Helper()
	settings, _ := judgement()
	if err := k.fixture.judge(k.till.URL, "default", settings, options); err != nil {
		t.Fatal(err)
	}
}
