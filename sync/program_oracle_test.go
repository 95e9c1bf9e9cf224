package sync_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestProgramAgainstOracle lets days of trading pass under a drawn program, with passes in any order, and then holds
// every order's points and every balance against the oracle.
func TestProgramAgainstOracle(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.makeSpares()
		s.opts.BatchSize = 3
		s.pass(sync.Customers.Pass)
		s.windClock()
		var cuts int
		rapid.Check(t, func(r *rapid.T) {
			p := &programHistory{history: &history{fixture: s, r: r, cuts: &cuts}, judged: map[string]int64{}}
			p.reset()
			p.begin()
			r.Repeat(map[string]func(*rapid.T){
				"sell":          p.sell,
				"refund":        p.refund,
				"change ticket": p.changeTicket,
				"join":          p.join,
				"other id":      p.otherID,
				"adjust":        p.adjust,
				"pass":          p.anyPass,
				"cut off":       p.cutOff,
				"at once":       p.atOnce,
				"repair":        p.repairPoints,
				"days go by":    p.daysGoBy,
				"host's clock":  p.hostClock,
				"change rules":  p.changeRules,
			})
			p.settle()
		})
	})
}

// programHistory is a random course of events under a loyalty program. Tickets have ids of their own, so that a failure
// can be read.
type programHistory struct {
	*history
	// clock is what the till's clock says, or said a moment ago, and host how far the host's is ahead of it.
	clock time.Time
	host  time.Duration
	// tickets are the ids of what was sold, and refunds those of refunds of it.
	tickets []string
	refunds int
	// rules are those that passes use, parts their loyalty block, and from their date, zero for none.
	rules oracle.Program
	parts []string
	from  time.Time
	// versions are those that the store keeps, spells what should be in force when, and judged the versions under which
	// orders were judged.
	versions []oracle.Version
	spells   []spell
	// unused are the beginnings of versions that no pass over points has finished under.
	unused []shop.Text
	judged map[string]int64
	// fullPasses says that a full pass is at work, or was cut off; sideBySide, that passes run at the same time.
	fullPasses, sideBySide bool
}

// begin opens the shop under a drawn program.
func (p *programHistory) begin() {
	p.opts.Rules = loyalty.DefaultRules()
	p.inZone("America/Los_Angeles")
	// Noon, three days before clocks are put back.
	p.setClocks(time.Date(2025, 10, 30, 12, 0, 0, 0, p.opts.Rules.Zone), 0)
	p.drawProgram()
}

// setClocks sets the till's clock, and the host's, which is ahead of it or behind.
func (p *programHistory) setClocks(till time.Time, host time.Duration) {
	p.clock, p.host = till, host
	p.fixture.setClocks(till, host)
}

func (p *programHistory) daysGoBy(*rapid.T) {
	p.setClocks(p.clock.AddDate(0, 0, pick(p.r, "days", 1, 3, 8, 61)), p.host)
}

// hostClock sets the host's clock right, a little wrong, or so wrong that a pass over orders ends with a problem.
func (p *programHistory) hostClock(*rapid.T) {
	hours := pick(p.r, "hours ahead", 0, -20, 20, 20_000, -20_000)
	p.setClocks(p.clock, time.Duration(hours)*time.Hour)
}

// changeRules has the passes use another program, from a date on that is given or not, or the same from another date or
// in another zone.
func (p *programHistory) changeRules(*rapid.T) {
	switch pick(p.r, "what of the rules", "all", "date", "zone") {
	case "all":
		p.drawProgram()
	case "zone":
		p.inZone(pick(p.r, "zone", "America/New_York", "Pacific/Honolulu", "America/Los_Angeles"))
		p.drawDate()
	case "date":
		p.drawDate()
	}
}

// inZone has the shop's days begin elsewhere.
func (p *programHistory) inZone(name string) {
	p.opts.Rules.Zone = must(time.LoadLocation(name))
	p.rules.Zone = p.opts.Rules.Zone
}

// drawProgram has the passes use a drawn program. What is drawn first is the simplest.
func (p *programHistory) drawProgram() {
	var parts []string
	part := func(label string, of ...string) {
		if text := pick(p.r, label, of...); text != "" {
			parts = append(parts, text)
		}
	}
	part("cap", "", `"cap": {"order": 60}`, `"cap": {"day": 80}`, `"cap": {"order": 60, "day": 80}`)
	part("multipliers", "", `"multipliers": [{"name": "Night", "multiplier": 2, "hours": "20:00-04:00"},
		{"name": "Weekend", "multiplier": 1.5, "weekdays": ["sat", "sun"]}]`,
		`"multipliers": [{"name": "October", "multiplier": 0.5, "until": "2025-10-31", "locations": [1]}]`)
	part("exclude", "", `"exclude": {"below_total": 6, "locations": [3]}`, `"exclude": {"tax_exempt": true}`)
	part("tiers", "", `"tiers": [{"name": "Gold", "from": 100, "points_per_dollar": 1.5}]`,
		`"tiers": [{"name": "Silver", "from": 20}, {"name": "Gold", "from": 60, "points_per_dollar": 3}]`)
	part("expiry", "", `"expire_after_days": 3`, `"expire_after_days": 1`, `"expire_after_days": 9`)
	part("enrollment", "", `"enrollment": {"points": 7}`, `"enrollment": {"points": 7, "from": "2025-10-29"}`)
	part("negative", "", `"negative": "write_off"`)
	part("tier window", "", `"tier_window": "calendar_year"`, `"tier_window": "rolling_12_months"`)
	p.parts = parts
	p.drawDate()
	p.rules = must(oracle.ParseProgram("{" + strings.Join(parts, ", ") + "}"))
	p.rules.Rate = decimals(pick(p.r, "rate", "1", "0.1", "2.5"))
	p.rules.Basis = pick(p.r, "basis", "total", "subtotal")
	p.rules.Zone = p.opts.Rules.Zone
	if pick(p.r, "starts", false, true) {
		p.rules.Starts = p.clock.AddDate(0, 0, -2)
	}
	rules := &p.opts.Rules
	rules.PointsPerDollar, rules.Basis, rules.Starts = p.rules.Rate, loyalty.Basis(p.rules.Basis), p.rules.Starts
}

// drawDate says from when on the program is in force: since a day, or from one that is to come.
func (p *programHistory) drawDate() {
	p.from = time.Time{}
	parts := slices.Clone(p.parts)
	if pick(p.r, "dated", false, true) {
		year, month, day := p.clock.AddDate(0, 0, pick(p.r, "in force in days", 0, -2, -5, 2, 4)).Date()
		p.from = time.Date(year, month, day, 0, 0, 0, 0, p.opts.Rules.Zone)
		parts = append(parts, `"effective_from": "`+p.from.Format(time.DateOnly)+`"`)
	}
	p.program("{" + strings.Join(parts, ", ") + "}")
}

func (p *programHistory) customer() string { return pick(p.r, "customer", "C1", "C2", "C3", "D") }

// moment is a time of the last days.
func (p *programHistory) moment() time.Time {
	return p.clock.AddDate(0, 0, -rapid.IntRange(0, 4).Draw(p.r, "days ago")).
		Add(-time.Duration(pick(p.r, "hours ago", 0, 4, 8, 12, 16)) * time.Hour)
}

func (p *programHistory) amount() string { return pick(p.r, "amount", "100", "60", "20.96", "5") }

// ticket is one of those that were sold.
func (p *programHistory) ticket() string { return pick(p.r, "ticket", p.tickets...) }

const insertSale = `INSERT INTO tickets
	(id, transactionid, customerid, price, tax, totalprice, datetime, location, refticketid, refundtotalprice)
	VALUES (CAST($1 AS text), CAST(substr($1, 2) AS bigint), NULLIF($2, ''), $3, $4, $5, $6, $7, NULLIF($8, ''), $9)`

func (p *programHistory) sell(*rapid.T) { p.sale("", "0") }

// sale sells; where it is an exchange, it takes a ticket back for some of its price.
func (p *programHistory) sale(exchanged, given string) {
	id := fmt.Sprintf("T%d", len(p.tickets)+1)
	total := p.amount()
	price := decimals(total).Mul(decimals("0.9"))
	p.till.Exec(insertSale, id, pick(p.r, "customer", "C1", "C2", "C3", "D", ""), price, decimals(total).Sub(price),
		total, p.moment().Unix(), pick(p.r, "location", 1, 3), exchanged, given)
	p.tickets = append(p.tickets, id)
}

// refund refunds by a ticket of its own, which names the other or its transaction, by the amount on the ticket itself,
// or by an exchange.
func (p *programHistory) refund(*rapid.T) {
	if len(p.tickets) == 0 {
		return
	}
	const insert = `INSERT INTO tickets (id, refticketid, transactionid_original, totalprice, datetime) VALUES `
	p.refunds++
	id, of := fmt.Sprintf("R%d", p.refunds), p.ticket()
	switch pick(p.r, "by", "ticket", "own", "transaction", "exchange") {
	case "ticket":
		p.till.Exec(insert+`($1, $2, NULL, $3, $4)`, id, of, "-"+p.amount(), p.moment().Unix())
	case "transaction":
		p.till.Exec(insert+`($1, NULL, $2, $3, $4)`, id, of[1:], "-"+p.amount(), p.moment().Unix())
	case "own":
		p.till.Exec(`UPDATE tickets SET refundtotalprice = $1 WHERE id = $2`, p.amount(), of)
	case "exchange":
		p.sale(of, p.amount())
	}
}

// changeTicket voids a ticket, moves it, corrects it, or takes its payment late.
func (p *programHistory) changeTicket(*rapid.T) {
	if len(p.tickets) == 0 {
		return
	}
	id := p.ticket()
	switch pick(p.r, "change", "void", "move", "date", "payment", "total", "no refund", "void refund", "delete") {
	case "void":
		p.till.Exec(`UPDATE tickets SET deleted = 1 - deleted WHERE id = $1`, id)
	case "move":
		p.till.Exec(`UPDATE tickets SET customerid = $1 WHERE id = $2`, p.customer(), id)
	case "date":
		p.till.Exec(`UPDATE tickets SET datetime = $1 WHERE id = $2`, p.moment().Unix(), id)
	case "payment":
		p.till.Exec(`UPDATE tickets SET pif = 1 - pif WHERE id = $1`, id)
	case "total":
		p.till.Exec(`UPDATE tickets SET totalprice = $1, price = $1, tax = 0 WHERE id = $2`, p.amount(), id)
	case "no refund":
		p.till.Exec(`UPDATE tickets SET refundtotalprice = 0 WHERE id = $1`, id)
	case "delete":
		p.till.Exec(`DELETE FROM tickets WHERE id = $1`, id)
		p.vanished = true
	case "void refund":
		p.till.Exec(`UPDATE tickets SET deleted = 1 - deleted WHERE id LIKE 'R%' AND CAST($1 AS text) IN (refticketid,
			'T' || transactionid_original)`, id)
	}
}

// join makes somebody a customer, who may have bought before, since a time that is known or not.
func (p *programHistory) join(*rapid.T) {
	p.till.Exec(`INSERT INTO customers (customerid, firstname, phone, membersince, createdate)
		VALUES (CAST($1 AS text), 'Test', '303-555-01' || ascii(substr($1, length($1))), $2, $3)
		ON CONFLICT DO NOTHING`, p.customer(), p.since("member since"), p.since("created"))
}

// otherID gives a customer another id, in the place of the old one or beside it.
func (p *programHistory) otherID(*rapid.T) {
	if p.till.Value(`SELECT count(*) FROM customers WHERE customerid = 'D'`) != "0" {
		return
	}
	id := pick(p.r, "customer", "C1", "C2", "C3")
	if pick(p.r, "beside the old one", false, true) {
		p.till.Exec(`INSERT INTO customers (customerid, firstname, phone, membersince, createdate)
			SELECT 'D', 'TEST', phone, $1, $2 FROM customers WHERE customerid = $3`,
			p.since("member since"), p.since("created"), id)
		return
	}
	p.till.Exec(`UPDATE customers SET customerid = 'D', firstname = 'TEST' WHERE customerid = $1`, id)
	p.till.Exec(`UPDATE tickets SET customerid = 'D' WHERE customerid = $1`, id)
	p.vanished = true
}

func (p *programHistory) since(label string) any {
	return pick[any](p.r, label, nil, 0, p.clock.AddDate(0, 0, -3).Unix(), p.clock.AddDate(-4, 0, 0).Unix())
}

// adjust gives or takes points, if the store knows the customer and has so many.
func (p *programHistory) adjust(*rapid.T) {
	a := sync.Adjustment{Customer: p.customer(), Points: pick[int64](p.r, "points", 50, -20, -60), Reason: "test"}
	source, store := p.openSource(), p.openStore()
	defer source.Close()
	defer store.Close()
	_, err := sync.Adjust(p.Context(), p.env(source, store), false, a)
	if _, refused := errors.AsType[*sync.RefusedError](err); refused {
		return
	}
	if err != nil {
		p.r.Fatal(err)
	}
}

// anyPass makes a pass of a stream that points depend on.
func (p *programHistory) anyPass(*rapid.T) {
	stream := sync.StreamNamed(pick(p.r, "stream", "points", "orders", "customers"))
	opts := p.opts
	opts.Full = pick(p.r, "full", false, false, false, true)
	p.fullPasses = p.fullPasses || opts.Full && stream == sync.Points
	p.watch(func() {
		_, err := p.try(stream.Pass, opts)
		if _, clocks := errors.AsType[*sync.SetupError](err); clocks && p.hostWrong() {
			return
		}
		if err != nil {
			p.r.Fatal(err)
		}
	})
	if stream == sync.Points {
		p.fullPasses = false
		p.unused = nil
		for i := range p.spells {
			p.spells[i].unused = false
		}
		p.checkAnew(opts.Full)
	}
}

// hostWrong reports whether the host's clock is so wrong that a pass over orders ends with a problem.
func (p *programHistory) hostWrong() bool { return p.host.Abs() > 24*time.Hour }

func (p *programHistory) cutOff(r *rapid.T) {
	if !p.hostWrong() {
		p.fullPasses = true
		p.watch(func() { p.history.cutOff(r) })
	}
}

func (p *programHistory) atOnce(r *rapid.T) {
	if !p.hostWrong() {
		p.sideBySide = true
		p.watch(func() { p.history.atOnce(r) })
		p.sideBySide = false
	}
}

func (p *programHistory) repairPoints(*rapid.T) {
	p.watch(func() { p.pass(verification(sync.Points, true)) })
	if again := p.pass(verification(sync.Points, false)); again.Findings.Total() != 0 {
		p.fail("after a repair verify finds %+v", again.Findings)
	}
}
