package sync_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// TestYear lets a shop in Los Angeles trade from one New Year's Eve through a leap year to the second day of the next,
// through both switches of the clocks, under rules that change. Passes run twice a day. On days that calendars get
// wrong they run nine times, and each time the store is held against the oracle, else every week. Without
// BLACKBIRDCTL_TORTURE the shop is small, and opens only when the
// clocks change, and when the rules do that come into force then.
func TestYear(t *testing.T) {
	whole := os.Getenv("BLACKBIRDCTL_TORTURE") != ""
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		size := biotracktest.Options{Customers: 30, Tickets: 80, Products: 20, BadRows: true}
		if whole {
			size = biotracktest.Options{Customers: 120, Tickets: 400, Products: 60, BadRows: true}
		}
		y := openYearShop(t, kind, size)
		for day := y.date(yearBegins); day.Before(y.date(yearEnds)); day = day.AddDate(0, 0, 1) {
			change := func(c ruleChange) bool { return c.isOn(day) && isSwitch(y.dateOf(c.from)) }
			if !whole && !isSwitch(day) && !slices.ContainsFunc(yearRules, change) {
				continue
			}
			y.tradeFor(day)
			if oddDay(day) || whole && day.Weekday() == time.Sunday {
				y.adjust()
				y.compare()
			}
		}
		y.compare()
		y.fromNothing()
		y.otherStore()
		y.Log(y.tally.String())
	})
}

const yearBegins, yearEnds = "2023-12-31", "2025-01-03"

// isSwitch reports whether clocks are put forward or back on a day.
func isSwitch(day time.Time) bool {
	return slices.Contains([]string{"2024-03-10", "2024-11-03"}, day.Format(time.DateOnly))
}

// oddDay reports whether a day is one that calendars get wrong.
func oddDay(day time.Time) bool {
	return isSwitch(day) || slices.Contains([]string{"2024-02-29", "2025-01-01"}, day.Format(time.DateOnly))
}

// yearShop is a shop that trades for a year.
type yearShop struct {
	*fixture
	chance *rand.Rand
	// now is until when the shop has traded, and spans in how many parts.
	now   time.Time
	spans int
	// vanished says that rows are gone from the till, which no incremental pass notices.
	vanished bool
	// seldom is when the customer came last who comes on the last day of the points, or the day after, and lastSale
	// the serial of the last ticket of a regular.
	seldom   time.Time
	lastSale int64
	// rules are those that passes use, from their date, if they have one; versions those that the store has.
	rules    oracle.Program
	from     time.Time
	versions []oracle.Version
	tally    yearTally
}

func openYearShop(t *testing.T, kind shop.Kind, size biotracktest.Options) *yearShop {
	zone := must(time.LoadLocation("America/Los_Angeles"))
	size.Now = must(time.ParseInLocation(time.DateOnly, yearBegins, zone))
	begins := size.Now
	y := &yearShop{chance: rand.New(rand.NewPCG(24, 7)), seldom: begins, fixture: stockedShop(t, kind, size)}
	y.opts.Rules.Zone = zone
	y.opts.KeepPasses = sync.DefaultKeepPasses
	y.windClock()
	// A third of the lots expire in the course of the year, at a quarter past some hour.
	y.till.Exec(`UPDATE inventory SET expiration = $1 + 3600 * (CAST(right(id, 3) AS bigint) * 29 % 8760) + 900
		WHERE id LIKE '%[036]'`, begins.Unix())
	for i, name := range yearRegulars {
		y.till.Exec(`INSERT INTO customers (customerid, firstname, membersince) VALUES ($1, $2, $3)`, name, name,
			begins.AddDate(0, 0, -i).Unix())
	}
	y.setClocks(begins, 0)
	y.changeRules(yearRules[0])
	y.makePasses()
	return y
}

// yearRegulars buy at the very moments at which passes are made. The last of them seldom does.
var yearRegulars = []string{"R1", "R2", "R3", "R4", "SELDOM"}

// dateOf returns the date that a moment begins with, or none.
func (y *yearShop) dateOf(moment string) time.Time {
	if moment == "" {
		return time.Time{}
	}
	return y.date(moment[:len(time.DateOnly)])
}

func (y *yearShop) date(text string) time.Time {
	return must(time.ParseInLocation(time.DateOnly, text, y.opts.Rules.Zone))
}

// tradeFor lets a day pass, with passes in it, and the nightly repair.
func (y *yearShop) tradeFor(day time.Time) {
	y.now = day
	y.tally.days++
	for _, change := range yearRules[1:] {
		if change.isOn(day) {
			y.changeRules(change)
		}
	}
	for _, moment := range y.moments(day) {
		y.tradeUntil(moment)
		if stream := yearStreams[y.chance.IntN(4)]; !y.vanished {
			y.verify("before the passes", stream)
		}
		y.makePasses()
		if oddDay(day) {
			y.checkAccounts("on an odd day")
		}
	}
	if y.vanished {
		for _, stream := range yearStreams {
			y.pass(verification(stream, true))
		}
		y.vanished = false
	}
	y.verify("at night", yearStreams...)
}

// makePasses makes a pass of each stream.
func (y *yearShop) makePasses() {
	y.passes()
	y.tally.passes += len(yearStreams)
	y.checkVersions()
}

// moments are the times of a day's passes: some time at noon, and the end of the day. On an odd day they are also
// around two o'clock: when the clocks are put back, half past one comes twice. When they are put forward, two o'clock
// is three, and half past two, which no clock shows, is half past three.
func (y *yearShop) moments(day time.Time) []time.Time {
	const hour, second = time.Hour, time.Second
	next := day.AddDate(0, 0, 1)
	if !oddDay(day) {
		return []time.Time{day.Add(time.Duration(8+y.chance.IntN(8)) * hour),
			next.Add(-second * time.Duration(y.chance.IntN(2)))}
	}
	var moments []time.Time
	for _, after := range []time.Duration{hour / 2, hour * 3 / 2, 2*hour - second, 2 * hour, hour * 5 / 2, hour * 7 / 2,
		12 * hour} {
		moments = append(moments, day.Add(after))
	}
	return append(moments, next.Add(-second), next)
}

// tradeUntil lets time pass at the till, up to a moment at which some regulars buy.
func (y *yearShop) tradeUntil(moment time.Time) {
	y.spans++
	deletes := y.spans%9 == 0 && !oddDay(y.now)
	y.vanished = y.vanished || deletes
	y.till.Day(biotracktest.Day{Seed: 24, Number: y.spans, Now: y.now, Length: moment.Sub(y.now), Scale: 0.1,
		HardDeletes: deletes})
	y.now = moment
	if y.lastSale > 0 && y.chance.IntN(5) == 0 {
		y.ring(moment, `SELECT customerid, -price, -tax, -totalprice, location, id FROM tickets
			WHERE ticketserial = $2`, y.lastSale)
		y.lastSale = 0
	}
	for _, customer := range yearRegulars {
		if customer == "SELDOM" {
			days := max(y.rules.ExpireAfterDays, 20) + y.chance.IntN(2)
			if moment.Before(y.seldom.AddDate(0, 0, days)) {
				continue
			}
			y.seldom = moment
		} else if y.chance.IntN(3) > 0 {
			continue
		}
		total := []string{"4.99", "20.50", "20.96", "60", "118.75"}[y.chance.IntN(5)]
		y.lastSale = y.ring(moment, `SELECT CAST($2 AS text), CAST($3 AS numeric) * 0.8, CAST($3 AS numeric) * 0.2,
			CAST($3 AS numeric), 1 + CAST($4 AS int), NULL`, customer, total, y.chance.IntN(3))
	}
	y.setClocks(moment, 0)
}

// ring rings a ticket up whose customer, amounts, location and refunded ticket a query returns, and returns its serial.
func (y *yearShop) ring(moment time.Time, query string, args ...any) (serial int64) {
	y.Helper()
	err := y.till.DB.QueryRowContext(y.Context(), `WITH t (customer, price, tax, total, location, refunds) AS (
			`+query+`)
		INSERT INTO tickets (ticketserial, id, transactionid, datetime, customerid, price, tax, totalprice, location,
			refticketid)
		SELECT n, CAST(1000000000 + n AS text), 5000000 + n, CAST($1 AS bigint), t.* FROM t,
			nextval(pg_get_serial_sequence('tickets', 'ticketserial')) n RETURNING ticketserial`,
		append([]any{moment.Unix()}, args...)...).Scan(&serial)
	if err != nil {
		y.Fatal(err)
	}
	return serial
}

// adjust has a regular spend points, or get some for nothing.
func (y *yearShop) adjust() {
	y.Helper()
	a := sync.Adjustment{Customer: yearRegulars[y.chance.IntN(4)], Points: []int64{25, -30, -90}[y.chance.IntN(3)],
		Reason: "test"}
	source, store := y.openSource(), y.openStore()
	defer source.Close()
	defer store.Close()
	_, err := sync.Adjust(y.Context(), y.env(source, store), false, a)
	if _, refused := errors.AsType[*sync.RefusedError](err); err != nil && !refused {
		y.Fatal(err)
	}
}

var yearStreams = []*sync.Stream{sync.Customers, sync.Orders, sync.Products, sync.Points}

// verify finds nothing.
func (y *yearShop) verify(when string, streams ...*sync.Stream) {
	y.Helper()
	for _, stream := range streams {
		y.tally.verifications++
		if result := y.pass(verification(stream, false)); result.Findings.Total() != 0 {
			y.wrong(fmt.Sprintf("%s: verify %s finds %+v", when, stream.Name, result.Findings))
		}
	}
}

// wrong ends the test with what is wrong, and when.
func (y *yearShop) wrong(what string) {
	y.Helper()
	y.Fatalf("%s: %s", y.now.Format(time.RFC3339), what)
}
