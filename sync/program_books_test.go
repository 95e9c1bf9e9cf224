package sync_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
	p.checkVersions(before)
	p.checkJudged()
}

// zones compares time zones by name.
var zones = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

// spell is a time under rules: from a moment on, until the next.
type spell struct {
	from  time.Time
	rules oracle.Program
	// stored are the rules as the store has them.
	stored shop.Text
	// unused says that no pass over points has finished since the rules were first seen.
	unused bool
}

// checkVersions: a pass under new rules adds a version, which is in force from the configured date on, else from the
// present on; the first one always was. Another one may come before it, which keeps in force what was. Together they
// take the place of rules that are still to come, and of those that no pass has finished under.
func (p *programHistory) checkVersions(before shop.Text) {
	rows := p.store.Rows(`SELECT effective_from, COALESCE(full_pass_id, 0), rules FROM points_programs
		ORDER BY version`)
	defer func() {
		for i := range p.versions {
			p.versions[i].FullPass = must(strconv.ParseInt(string(rows[i][1]), 10, 64))
		}
	}()
	if len(rows) == len(p.versions) {
		return
	}
	from := rows[len(rows)-1][0]
	wanted := []shop.Text{before, p.present()}
	switch {
	case len(p.versions) == 0:
		wanted = []shop.Text{""}
	case !p.from.IsZero():
		wanted = []shop.Text{shop.At(p.from)}
	case before == "":
		// Nothing is known of the till's clock yet: the host's counts.
		wanted = append(wanted, from)
	default:
		wanted = append(wanted, p.unused...)
	}
	newest := len(p.versions) - 1
	same := newest >= 0 && cmp.Equal(p.versions[newest].Program, p.rules, zones) &&
		(newest == 0 || p.from.IsZero() || p.from.Equal(p.versions[newest].From))
	if len(rows) > len(p.versions)+2 || same || !slices.Contains(wanted, from) {
		p.r.Fatalf("versions %v, of which there were %d; want %v for the last", rows, len(p.versions), wanted)
	}
	p.addVersions(before, rows[len(p.versions):])
	p.unused = append(p.unused, from)
}

// addVersions adds the versions that the store has added, and holds what is in force at any time against what should
// be.
func (p *programHistory) addVersions(before shop.Text, rows [][]shop.Text) {
	var presents []time.Time
	if before == "" {
		// Nothing is known of the till's clock yet: the host's counts, which has gone on since it was set.
		presents = append(presents, p.clock.Add(p.host+time.Hour))
	}
	for _, text := range []shop.Text{before, p.present()} {
		if text != "" {
			presents = append(presents, moment(text))
		}
	}
	known, from := len(p.versions), moment(rows[len(rows)-1][0])
	for _, present := range presents {
		for kept := len(p.spells); kept >= 0; kept-- {
			spells := p.announced(from, present, kept)
			spells[len(spells)-1].stored = rows[len(rows)-1][2]
			p.versions = p.versions[:known]
			same := true
			for _, row := range rows {
				added := oracle.Version{Number: int64(len(p.versions) + 1), From: moment(row[0]), Program: p.rules}
				if added.Number < int64(known+len(rows)) {
					inForce := inSpell(spells, present)
					added.Program, same = inForce.rules, row[2] == inForce.stored
				}
				p.versions = append(p.versions, added)
			}
			if same && p.agree(spells) {
				p.spells = spells
				return
			}
		}
	}
	p.fail("rules from %s on, after %+v", from, p.spells)
}

// moment is a time of the store; none is the zero time.
func moment(text shop.Text) (at time.Time) {
	if text != "" {
		at = must(time.Parse(shop.TimeFormat, string(text)))
	}
	return at
}

// announced are the times under rules once today's are to come into force at a moment. Of those that no pass may have
// gone by, the ones from a number on are forgotten.
func (p *programHistory) announced(from, present time.Time, kept int) (spells []spell) {
	for i, s := range p.spells {
		if s.from.Before(from) && !s.from.After(present) && (i < kept || !s.unused || s.from.IsZero()) {
			spells = append(spells, s)
		}
	}
	return append(spells, spell{from: from, rules: p.rules, unused: true})
}

func inSpell(spells []spell, at time.Time) (inForce spell) {
	for _, s := range spells {
		if !s.from.After(at) {
			inForce = s
		}
	}
	return inForce
}

// agree reports whether the versions have the same rules in force at any time as the spells.
func (p *programHistory) agree(spells []spell) bool {
	books := oracle.Books{Versions: p.versions}
	var moments []time.Time
	for _, s := range spells {
		moments = append(moments, s.from)
	}
	for _, v := range p.versions {
		moments = append(moments, v.From)
	}
	return !slices.ContainsFunc(moments, func(at time.Time) bool {
		return !cmp.Equal(books.InForce(at).Program, inSpell(spells, at).rules, zones)
	})
}

// checkJudged: an order is judged under the version in force at its time, and stays so, but for full passes.
func (p *programHistory) checkJudged() {
	actual := p.store.Actual()
	books := p.books(actual)
	books.Judged = nil
	judged := oracle.JudgedOf(actual, p.versions)
	for _, key := range slices.Sorted(maps.Keys(judged)) {
		version := judged[key].Version
		wanted, known := p.judged[key]
		if !known {
			wanted = books.InForce(judged[key].At).Number
		}
		anew := p.fullPasses && version == books.InForce(books.Present).Number
		if version != wanted && !anew && !p.sideBySide {
			p.fail("order %s is judged under version %d, want %d", key, version, wanted)
		}
		p.judged[key] = version
	}
}

// checkAnew: a full pass has judged all orders by the newest version, or they had been by one that says the same of
// them.
func (p *programHistory) checkAnew(full bool) {
	books := p.books(p.store.Actual())
	newest := books.InForce(books.Present).Number
	for key, version := range p.judged {
		same := !strings.HasPrefix(key, "enrollment") &&
			cmp.Equal(ofOrders(p.versions[version-1]), ofOrders(p.versions[newest-1]), zones)
		if full && version != newest && !same {
			p.fail("order %s is judged under version %d after a full pass under version %d", key, version, newest)
		}
	}
}

// ofOrders is what a version says of orders.
func ofOrders(v oracle.Version) oracle.Program {
	v.Enrollment, v.ExpireAfterDays, v.Negative = oracle.Enrollment{}, 0, ""
	return v.Program
}

// books are those of the store's rows, which the oracle has compared with the till's.
func (p *programHistory) books(actual *oracle.Actual) oracle.Books {
	present := p.clock
	if text := p.present(); text != "" {
		present = must(time.Parse(shop.TimeFormat, string(text)))
	}
	return oracle.Books{
		Customers: actual.Customers, Orders: actual.Orders, Adjustments: oracle.AdjustmentsOf(actual),
		Versions: p.versions, Judged: p.judged, SamePerson: oracle.SamePersonOf(actual), Present: present,
	}
}

// settle brings everything over and compares; then again, with points from nothing.
func (p *programHistory) settle() {
	p.setClocks(p.clock, 0)
	p.pass(sync.Customers.Pass)
	if p.pass(sync.Orders.Pass); p.vanished {
		p.full(sync.Customers.Pass)
		p.full(sync.Orders.Pass)
	}
	p.fullPasses = true
	p.watch(func() { p.dryRunThenRun(p.r) })
	// Where that one went on with a pass that was cut off, what has changed since is left to the next.
	p.pass(sync.Points.Pass)
	p.checkAccounts("pass by pass")
	if result := p.pass(verification(sync.Points, false)); result.Findings.Total() != 0 {
		p.fail("verify finds %+v", result.Findings)
	}
	p.forgetLines()
	p.judged = map[string]int64{}
	p.pass(sync.Points.Pass)
	p.checkAccounts("from nothing")
}

// checkAccounts holds the store against the oracle.
func (p *programHistory) checkAccounts(when string) {
	actual := p.store.Actual()
	options := lingering
	options.AllowRunning, options.Streams = true, []string{oracle.StreamCustomers, oracle.StreamOrders}
	for _, d := range oracle.Diff(p.expected(), actual, options) {
		// A pass that is cut off under one clock is closed under another.
		if d.Problem != oracle.ProblemPass {
			p.fail("%s: %s", when, d)
		}
	}
	judged := oracle.JudgedOf(actual, p.versions)
	for _, key := range slices.Sorted(maps.Keys(actual.Orders)) {
		order := actual.Orders[key]
		_, known := actual.Customers[order.CustomerID.String]
		earns := order.Status == oracle.StatusCompleted || order.Status == oracle.StatusPartiallyRefunded
		if _, is := judged[key]; known && earns && !is {
			p.fail("%s: order %s has not been judged", when, key)
		}
	}
	if problems := oracle.Persons(actual); len(problems) > 0 {
		p.fail("%s: %v", when, problems)
	}
	books := p.books(actual)
	if diff := cmp.Diff(books.Account(), oracle.AccountOf(actual)); diff != "" {
		p.fail("%s (-oracle +ledger):\n%s", when, diff)
	}
}

// fail ends the history with what is wrong, and with the orders, the versions and the ledger's lines for the person who
// looks for the reason.
func (p *programHistory) fail(format string, args ...any) {
	lines, actual := []string{"present " + string(p.present())}, p.store.Actual()
	for _, o := range actual.Orders {
		lines = append(lines, fmt.Sprintf("%s %s %s@%d total %s refunded %s of %s customer %s",
			p.local(o.OrderedAt), o.Status, o.OrderID, o.LocationID, o.Total, o.RefundedTotal, o.RefundOf.String,
			o.CustomerID.String))
	}
	slices.Sort(lines)
	for _, v := range p.versions {
		lines = append(lines, fmt.Sprintf("version %d from %s: %s, %s per dollar of the %s, starts %s, full pass %d",
			v.Number, p.local(v.From), must(json.Marshal(v.Program)), v.Rate, v.Basis, p.local(v.Starts), v.FullPass))
	}
	for _, l := range actual.Ledger {
		lines = append(lines, fmt.Sprintf("%s %s/%d %s %d at %s %s by pass %d", l.CustomerID, l.OrderID, l.Revision,
			l.Kind, l.Points, p.local(l.EffectiveAt), l.Terms, l.PassID))
	}
	p.r.Fatalf(format+"\n%s", append(args, strings.Join(lines, "\n"))...)
}

func (p *programHistory) local(at time.Time) string {
	return at.In(p.rules.Zone).Format("2006-01-02 15:04:05")
}
