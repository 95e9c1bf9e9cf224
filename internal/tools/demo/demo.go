package main

import (
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// timeLimit bounds the demo once the binary is there.
const timeLimit = 10 * time.Minute

// demo is the story so far.
type demo struct {
	page
	shop   *dispensary
	runner runner
	bin    string
	state  string

	opening, evening *snapshot // before and after the day of trading
	example          string    // a refunded order
}

// run plays the whole story.
func run(t *lab.T, o options) {
	d := &demo{page: page{t}, state: o.state, bin: o.bin}
	d.title()
	folder, err := takeFolder(o.state)
	t.Check(err)
	t.Cleanup(func() { t.Note(folder.Close()) })
	if d.bin == "" {
		d.bin = build(d.page)
	}
	began := time.Now()
	t.Within(timeLimit)
	d.shop = openShop(t, o.server)
	for _, act := range []func(){d.setUp, d.firstRound, d.day, d.secondRound, d.thirdRound, d.end} {
		act()
	}
	d.line("\n(the demo took %.1f s)", time.Since(began).Seconds())
}

func (d *demo) title() {
	d.line("blackbirdctl: a dispensary, a day of trading, and a store that follows")
	d.line("=======================================================================\n")
	d.say("blackbirdctl keeps a Blackbird store (customers, orders, the online menu, loyalty points) true to a " +
		"BioTrack " +
		"point-of-sale database. Each command makes one pass, then ends; cron starts it again and again. This demo " +
		"plays both sides on this machine. The shop, its people and its sales are invented.")
}

// setUp makes the shop and says what blackbirdctl needs to know of it.
func (d *demo) setUp() {
	d.heading("1. The shop")
	d.say("A PostgreSQL server plays the BioTrack till. Its database holds %s. The bad ones are of every kind that "+
		"real tills "+
		"have: no id, an amount that is no number, a date in 1970, a price spelled as \"ask the manager\".",
		d.shop.fill())
	d.next("blackbirdctl needs to know two things:")
	d.line("  BIOTRACK_URL=%s", d.shop.shown)
	d.line("  BLACKBIRDCTL_STATE_DIR=%s", d.state)
	d.say("BLACKBIRD_URL, a PostgreSQL server to keep the store on, is not set: so the store is a SQLite file in the " +
		"state folder. " +
		"The till is only ever read: a role that may SELECT and nothing else is enough.")
	d.runner = runner{d.page, d.bin, d.shop.readURL, d.state}
}

// firstRound fills the store.
func (d *demo) firstRound() {
	d.heading("2. The first passes bring everything")
	d.runner.round()
	d.say("\"inserted\" are rows that are new in the store; of two tickets with one id the later one counts, which " +
		"is an update. " +
		"Of the orders that the points pass leaves \"unchanged\", nothing is owed: no customer, not paid, voided or " +
		"refunded. " +
		"Log lines, which go to stderr, are left out here.")
	d.opening = look(d.page, d.state, func(s store, now *snapshot) {
		d.next("The menu, as a shopper at member level Non-Member sees it, from the stock in rooms %s:", rooms)
		d.runner.show(13, "menu")
		d.next("The points, one for each dollar: the customers who have most. Only ids are shown; the store knows " +
			"the names.")
		showBalances(d.page, nil, now.balances)
		d.next("The rejects are rows that cannot be taken over. They stop nothing; they are listed with the reason, " +
			"and tried again on " +
			"every pass until they are fixed at the till. (Rows whose id is blank share a line.)")
		showRejects(d.page, now.rejects)
		s.checkBalances()
	})
}

// day lets a day pass at the till.
func (d *demo) day() {
	d.heading("3. A day at the shop")
	day := d.shop.trade()
	d.say("The shop opens, and %d things happen at the till: %s.", day.Total(), day)
	d.say("In the evening two of the bad rows are fixed: a ticket is given its total, and a lot its weight.")
	d.next("\"In silence\" means that no time column was touched, as by a repair by hand. A tool that asks BioTrack " +
		"for what was " +
		"modified since its last run never sees such a change. blackbirdctl asks which rows were written by " +
		"transactions " +
		"that its last pass had not seen as settled, so it misses neither these nor a transaction that commits late.")
}

// secondRound brings the day to the store and shows what that changed.
func (d *demo) secondRound() {
	d.heading("4. The same four passes bring the day, and nothing else")
	d.runner.round()
	d.say("Each pass went on from its watermark, so it read little. Orders carry their customer's name and phone, " +
		"and what " +
		"refunds gave back: so when a customer or a refund changes, more orders are updated than were read. The " +
		"products " +
		"pass looks at the whole menu each time, for overselling is the worst fault, but writes only what differs.")
	d.evening = look(d.page, d.state, func(s store, now *snapshot) {
		d.next("Of the products, these:")
		compare(d.opening.menu, now.menu).show(d.page)
		d.next("The points of those whom the day changed most, up or down:")
		showBalances(d.page, d.opening.balances, now.balances)
		s.checkBalances()
		d.showLedger(s)
		d.next("The rejects, of which two are fixed:")
		showRejects(d.page, now.rejects)
	})
}

// showLedger prints how the points came to be what they are.
func (d *demo) showLedger(s store) {
	d.next("Every balance is the sum of a ledger that only grows. What the day added to the ledger:")
	s.showLines(d.opening.lastPass)
	d.example = s.refundedSince(d.opening.lastPass)
	d.line("")
	d.runner.show(20, "points", "explain", d.example)
}

// thirdRound shows that nothing is written where nothing has changed, and ends the demo if that is not so.
func (d *demo) thirdRound() {
	d.heading("5. Once more: nothing has changed, so nothing is written")
	d.runner.round()
	look(d.page, d.state, func(_ store, now *snapshot) {
		if changed := changedTables(d.evening.tables, now.tables); len(changed) > 0 {
			d.Fatalf("compare the store before and after: %s changed, though nothing had at the till",
				strings.Join(changed, ", "))
		}
		d.say("What was read are the rejects, tried again with the good rows of the same id, and the products, all " +
			"of which every " +
			"pass looks at. Every column of every row, the times of change too, is what it was before:")
		table := [][]string{{"table", "rows", "changed"}}
		for _, name := range shop.Tables {
			table = append(table, []string{name, strconv.Itoa(len(now.tables[name])), "0"})
		}
		d.table("lrr", table...)
		d.say("Only the log of passes has grown, by a line for each.")
	})
}

// queries are worth a look at the store; %s is the refunded order's id.
var queries = []string{
	"SELECT pass_id, stream, mode, read, inserted, updated FROM passes;",
	"SELECT name, price, quantity FROM products WHERE on_menu = 1 ORDER BY name;",
	"SELECT revision, kind, points, created_at FROM points_ledger WHERE order_id = '%s';",
}

// commands are worth a try once the demo's server is gone.
var commands = [][]string{
	{"watermark", "show", "orders"},
	{"--help"},
}

// end says what is left to look at and to try.
func (d *demo) end() {
	d.heading("6. Go on from here")
	file := filepath.Join(d.state, storeFile)
	d.say("The demo's server is gone when it ends; the store stays, in %s. Look into it:", file)
	d.line("  $ sqlite3 %s", file)
	for _, query := range queries {
		d.line("  %s", strings.Replace(query, "%s", d.example, 1))
	}
	d.next("Ask blackbirdctl what it remembers, and what else it can do:")
	d.line("  $ export BLACKBIRDCTL_STATE_DIR=%s", d.state)
	for _, args := range commands {
		d.line("  $ %s %s", d.bin, strings.Join(args, " "))
	}
	d.next("Or look at a till of your own. A dry run reads it, says what a pass would do, and writes neither a store " +
		"nor a watermark:")
	d.line("  $ export BIOTRACK_URL='postgres://reader:password@till:5432/biotrackthc'")
	d.line("  $ %s --state-dir another-folder --dry-run sync orders", d.bin)
}
