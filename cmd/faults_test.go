package cmd_test

import (
	"math/rand/v2"
	"syscall"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/faults"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// unavailable is the exit code of a run whose database went away.
const unavailable = 69

// line is a connection to one of a shop's databases, and what may befall it.
type line struct {
	name  string
	proxy *faults.Proxy
	// usual is how many bytes a pass of each stream sends over it.
	usual map[string]int64
}

// network is a shop whose databases are behind lines that break.
type network struct {
	*fixture
	lines  []*line
	chance *rand.Rand
	cuts   int
	days   int
}

func newNetwork(t *testing.T, kind shop.Kind) *network {
	t.Helper()
	n := &network{fixture: newShop(t, kind, t.TempDir()), chance: rand.New(rand.NewPCG(7, uint64(len(kind))))}
	n.generate(biotracktest.Options{Seed: 7, Customers: 150, Tickets: 600, Products: 40, NoSales: true, BadRows: true})
	n.readerURL = n.through("BioTrack", n.readerURL)
	if kind != shop.SQLite {
		n.store.URL = n.through("Blackbird", n.store.URL)
	}
	return n
}

func (n *network) through(name, address string) string {
	n.tb.Helper()
	proxy, changed := faults.Start(n.tb, address)
	n.lines = append(n.lines, &line{name: name, proxy: proxy, usual: make(map[string]int64)})
	return changed
}

// whole mends all lines.
func (n *network) whole() {
	for _, l := range n.lines {
		l.proxy.Set(faults.None, 0)
	}
}

// learn makes a pass of each stream over whole lines, and notes what is sent.
func (n *network) learn() {
	n.tb.Helper()
	for _, c := range crashCommands() {
		n.whole()
		n.run(0, c.args...)
		for _, l := range n.lines {
			l.usual[c.stream] = l.proxy.Passed()
		}
	}
}

func (n *network) trade() {
	n.tb.Helper()
	n.days++
	n.till.Day(biotracktest.Day{Seed: 7, Number: n.days, Scale: 0.3})
}

// cut breaks a line somewhere in a pass of a stream, which then says so, and goes on when the line is whole again.
func (n *network) cut(c command, l *line, kind faults.Kind) {
	n.tb.Helper()
	n.whole()
	at := n.chance.Int64N(l.usual[c.stream] + 1)
	l.proxy.Set(kind, at)
	out := n.start(c.args...).outcome()
	want := out.code
	if l.proxy.Triggered() {
		n.cuts++
		// A line that breaks when all is done harms nobody.
		if want != 0 {
			want = unavailable
		}
	} else {
		want = 0
	}
	if err := out.check(want); err != nil {
		n.tb.Fatalf("%s, %s to %s after %d bytes: %v\n%s%s", c.stream, kind, l.name, at, err, out.stdout, out.stderr)
	}
	n.whole()
	n.run(0, c.args...)
}

// TestCuts breaks the connections to either database after any byte, in passes of every stream, and compares the store
// with what the rules say.
func TestCuts(t *testing.T) {
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			n := newNetwork(t, kind)
			n.run(0, "migrate")
			for _, c := range crashCommands() {
				// A first pass, before anybody knows how much it sends.
				for _, l := range n.lines {
					l.usual[c.stream] = 20_000
					n.cut(c, l, faults.Reset)
				}
			}
			rounds := 4
			if torture() {
				rounds = 40
			}
			for range rounds {
				n.learn()
				n.trade()
				for _, c := range crashCommands() {
					for _, l := range n.lines {
						for _, kind := range []faults.Kind{faults.Cut, faults.Reset, faults.Gone} {
							n.cut(c, l, kind)
						}
					}
				}
				n.compare(t)
			}
			t.Logf("%d connections cut", n.cuts)
		})
	}
}

func (n *network) compare(t *testing.T) {
	t.Helper()
	n.whole()
	settings, _ := judgement()
	if err := n.judge(n.till.URL, "default", settings, oracle.Options{KeepRejected: true}); err != nil {
		t.Error(err)
	}
}

// TestSlowLine makes all passes over a line that trickles.
func TestSlowLine(t *testing.T) {
	n := newNetwork(t, shop.PostgreSQL)
	for _, c := range crashCommands() {
		for _, l := range n.lines {
			l.proxy.Set(faults.Slow, 0)
		}
		n.run(0, c.args...)
	}
	n.compare(t)
}

// TestStalledTill lets BioTrack fall silent in the middle of a pass: the pass gives up by itself.
func TestStalledTill(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, shop.SQLite)
	n.run(0, "migrate")
	n.lines[0].proxy.Set(faults.Stall, 30_000)
	n.run(unavailable, "sync", "orders", "--statement-timeout", "100ms")
	n.whole()
	n.all(t)
}

// TestStoppedWhileStalled lets Blackbird fall silent, and then stops the pass: it ends, though nobody answers.
func TestStoppedWhileStalled(t *testing.T) {
	t.Parallel()
	n := newNetwork(t, shop.PostgreSQL)
	n.run(0, "migrate")
	store := n.lines[1].proxy
	store.Set(faults.Stall, 60_000)
	r := n.start("sync", "orders")
	if err := await("the line stalls", func() (bool, error) { return store.Triggered() || r.over(), nil }); err != nil {
		t.Fatal(err)
	}
	if err := r.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := r.outcome().check(128 + int(syscall.SIGTERM)); err != nil {
		t.Error(err)
	}
	n.whole()
	n.all(t)
}
