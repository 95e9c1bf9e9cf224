package sync_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// present is what the store knows of the till's clock.
func (p *programHistory) present() shop.Text {
	rows := p.store.Rows(`SELECT clock FROM sources WHERE stream = 'orders'`)
	if len(rows) == 0 {
		return ""
	}
	return rows[0][0]
}

// watch lets something happen that may make points passes, and checks what it leaves: the versions of the program, and
// the version under which each order was judged.
func (p *programHistory) watch(happens func()) {
	before := p.present()
	happens()
	if !withVersions {
		return
	}
	p.checkVersions(before)
	p.checkJudged()
}

// zones compares time zones by name.
var zones = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

// checkVersions: a pass under new rules adds a version, which is in force from the configured date on, else from the
// present on; the first one always was.
func (p *programHistory) checkVersions(before shop.Text) {
	rows := p.store.Rows(`SELECT version, effective_from FROM points_programs ORDER BY version`)
	if len(rows) == len(p.versions) {
		return
	}
	added := oracle.Version{Number: int64(len(rows)), Program: p.rules}
	same := len(p.versions) > 0 && cmp.Equal(p.versions[len(p.versions)-1].Program, p.rules, zones)
	from := rows[len(rows)-1][1]
	wanted := []shop.Text{before, p.present()}
	switch {
	case len(p.versions) == 0:
		wanted = []shop.Text{""}
	case !p.from.IsZero():
		wanted = []shop.Text{shop.At(p.from)}
	}
	if len(rows) != len(p.versions)+1 || same || !slices.Contains(wanted, from) {
		p.r.Fatalf("versions %v, of which the last is new; want %v for it", rows, wanted)
	}
	if from != "" {
		added.From = must(time.Parse(shop.TimeFormat, string(from)))
	}
	p.versions = append(p.versions, added)
}

// checkJudged: an order is judged under the version in force at its time, and stays so, but for full passes.
func (p *programHistory) checkJudged() {
	actual := p.store.Actual()
	books := p.books(actual)
	books.Judged = nil
	for key, version := range oracle.JudgedOf(actual) {
		wanted, known := p.judged[key]
		if !known {
			wanted = books.InForce(actual.Orders[key].OrderedAt).Number
		}
		anew := p.fullPasses && version == int64(len(p.versions))
		if version != wanted && !anew {
			p.r.Fatalf("order %s is judged under version %d, want %d\n%s", key, version, wanted, p.story(actual))
		}
		p.judged[key] = version
	}
}

// books are those of the store's rows, which the oracle has compared with the till's.
func (p *programHistory) books(actual *oracle.Actual) oracle.Books {
	return oracle.Books{
		Customers: actual.Customers, Orders: actual.Orders, Adjustments: oracle.AdjustmentsOf(actual),
		Versions: p.versions, Judged: p.judged, Present: p.clock,
	}
}

// settle brings everything over and compares; then again, with points from nothing.
func (p *programHistory) settle() {
	p.setClocks(p.clock, 0)
	p.pass(sync.Customers.Pass)
	p.pass(sync.Orders.Pass)
	p.watch(func() { p.dryRunThenRun(p.r) })
	p.checkAccounts("pass by pass")
	if result := p.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
		p.r.Errorf("verify finds %+v", result.Findings)
	}
	p.forgetOrders()
	p.pass(sync.Points.Pass)
	p.checkAccounts("from nothing")
}

// forgetOrders leaves the ledger with what people gave and took.
func (p *programHistory) forgetOrders() {
	p.store.Exec(`DELETE FROM points_ledger WHERE kind <> 'adjustment'`)
	p.store.Exec(`DELETE FROM points_balances`)
	p.store.Exec(`INSERT INTO points_balances (store_id, customer_id, balance, lifetime, updated_at)
		SELECT store_id, customer_id, sum(points), 0, min(created_at)
		FROM points_ledger GROUP BY store_id, customer_id`)
	must(p.state.Remove(sync.Points.Name))
	p.judged = map[string]int64{}
}

// checkAccounts holds the store against the oracle.
func (p *programHistory) checkAccounts(when string) {
	actual := p.store.Actual()
	options := lingering
	options.AllowRunning, options.Streams = true, []string{oracle.StreamCustomers, oracle.StreamOrders}
	for _, d := range oracle.Diff(p.expected(), actual, options) {
		p.r.Error(fmt.Sprint(when, ": ", d))
	}
	judged := oracle.JudgedOf(actual)
	for _, key := range slices.Sorted(maps.Keys(actual.Orders)) {
		order := actual.Orders[key]
		_, known := actual.Customers[order.CustomerID.String]
		earns := order.Status == oracle.StatusCompleted || order.Status == oracle.StatusPartiallyRefunded
		if _, is := judged[key]; known && earns && !is && withVersions {
			p.r.Errorf("%s: order %s has not been judged\n%s", when, key, p.story(actual))
		}
	}
	books := p.books(actual)
	if diff := cmp.Diff(books.Account(), oracle.AccountOf(actual, p.rules.Zone)); diff != "" {
		p.r.Errorf("%s (-oracle +ledger):\n%s\n%s", when, diff, p.story(actual))
	}
}

// story lists the orders and the ledger's lines, for a person who looks for the reason of a difference.
func (p *programHistory) story(actual *oracle.Actual) string {
	var lines []string
	for _, o := range actual.Orders {
		lines = append(lines, fmt.Sprintf("%s %s %s@%d total %s refunded %s of %s customer %s",
			p.local(o.OrderedAt), o.Status, o.OrderID, o.LocationID, o.Total, o.RefundedTotal, o.RefundOf.String,
			o.CustomerID.String))
	}
	slices.Sort(lines)
	for _, v := range p.versions {
		lines = append(lines, fmt.Sprintf("version %d from %s: %+v", v.Number, p.local(v.From), v.Program))
	}
	for _, l := range actual.Ledger {
		lines = append(lines, fmt.Sprintf("%s %s/%d %s %d at %s %s", l.CustomerID, l.OrderID, l.Revision, l.Kind,
			l.Points, p.local(l.EffectiveAt), l.Terms))
	}
	return strings.Join(lines, "\n")
}

func (p *programHistory) local(at time.Time) string {
	return at.In(p.rules.Zone).Format("2006-01-02 15:04:05")
}
