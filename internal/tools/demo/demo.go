package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// timeLimit bounds the demo once the binary is there.
const timeLimit = 2 * time.Minute

// demo is the story so far.
type demo struct {
	page   *page
	shop   *shop
	runner *runner
	bin    string
	state  string

	opening, evening *snapshot // before and after the day of trading
	example          refundedOrder
}

// run tells the whole story. Whatever ends it, its server is stopped, or its database dropped, before it returns.
func run(ctx context.Context, o options, w io.Writer) (err error) {
	d := &demo{page: &page{w: w}, state: o.state, bin: o.bin}
	d.title()
	folder, err := takeFolder(o.state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, folder.Close()) }()
	if d.bin == "" {
		if d.bin, err = build(ctx, d.page); err != nil {
			return err
		}
	}
	began := time.Now()
	ctx, cancel := context.WithTimeoutCause(ctx, timeLimit, fmt.Errorf("give up: the demo took longer than %v", timeLimit))
	defer cancel()
	if d.shop, err = openShop(ctx, o.server); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.shop.close()) }()
	for _, act := range []func(context.Context) error{d.setUp, d.firstRound, d.day, d.secondRound, d.thirdRound} {
		if err := act(ctx); err != nil {
			return errors.Join(context.Cause(ctx), err)
		}
	}
	d.goOn()
	d.page.line("\n(the demo took %.1f s)", time.Since(began).Seconds())
	return d.page.err
}

func (d *demo) title() {
	d.page.line("blackbirdctl: a dispensary, a day of trading, and a store that follows")
	d.page.line("=======================================================================\n")
	d.page.say("blackbirdctl keeps a Blackbird store (customers, orders, the online menu, loyalty points) true to a BioTrack " +
		"point-of-sale database. Each command makes one pass, then ends; cron starts it again and again. This demo " +
		"plays both sides on this machine. The shop, its people and its sales are invented.")
}

// setUp makes the shop and says what blackbirdctl is told of it.
func (d *demo) setUp(ctx context.Context) error {
	p := d.page
	p.heading("1. The shop")
	made, err := d.shop.fill(ctx)
	if err != nil {
		return err
	}
	p.say("A PostgreSQL server plays the BioTrack till. Its database holds %s. The bad ones are of every kind that real tills "+
		"have: no id, an amount that is no number, a date in 1970, a price spelled as \"ask the manager\".", made)
	p.next("blackbirdctl needs to know two things:")
	p.line("  BIOTRACK_URL=%s", d.shop.told)
	p.line("  BLACKBIRDCTL_STATE_DIR=%s", d.state)
	p.say("BLACKBIRD_URL, a PostgreSQL server to keep the store on, is not set: so the store is a SQLite file in the state folder. " +
		"The till is only ever read: a role that may SELECT and nothing else is enough.")
	d.runner = newRunner(d.bin, d.shop.readURL, d.state)
	return p.err
}

// firstRound fills the store.
func (d *demo) firstRound(ctx context.Context) (err error) {
	p := d.page
	p.heading("2. The first passes bring everything")
	if err := d.runner.round(ctx, p); err != nil {
		return err
	}
	p.say("\"inserted\" are rows that are new in the store; of two tickets with one id the later one stands, which is an update. " +
		"Of the orders that the points pass leaves \"unchanged\", nothing is owed: no customer, not paid, voided or refunded. " +
		"Log lines, which go to stderr, are left out here.")
	d.opening, err = look(ctx, d.state, func(s *store, now *snapshot) error {
		p.next("The menu, as a shopper at member level Non-Member sees it, from the stock in rooms %s:", rooms)
		now.menu.show(p, nil)
		p.next("The points, one for each dollar: the customers who have most. Only ids are shown; the store knows the names.")
		showBalances(p, now.balances)
		p.next("The rejects are rows that cannot be taken. They stop nothing; they are listed with the reason, and tried again on " +
			"every pass until somebody has mended them at the till. (Rows whose id is blank share a line.)")
		showRejects(p, now.rejects)
		return s.checkBalances(ctx)
	})
	return err
}

// day lets a day pass at the till.
func (d *demo) day(ctx context.Context) error {
	p := d.page
	p.heading("3. A day at the shop")
	day, err := d.shop.trade(ctx)
	if err != nil {
		return err
	}
	p.say("The shop opens, and %d things happen at the till: %s.", day.Total(), day)
	p.say("In the evening somebody mends two of the bad rows: a ticket is given its total, and a lot its weight.")
	p.next("\"In silence\" means that no time column was touched, as by a repair by hand. A tool that asks BioTrack for what was " +
		"modified since its last run never sees such a change. blackbirdctl asks which rows were written by transactions " +
		"that its last pass had not seen as settled, so it misses neither these nor a transaction that commits late.")
	return p.err
}

// secondRound brings the day to the store and shows what that changed.
func (d *demo) secondRound(ctx context.Context) (err error) {
	p := d.page
	p.heading("4. The same four passes bring the day, and nothing else")
	if err := d.runner.round(ctx, p); err != nil {
		return err
	}
	p.say("Each pass went on from its watermark, so it read little. Orders carry their customer's name and phone, and what " +
		"refunds gave back: so when a customer or a refund changes, more orders are updated than were read. The products " +
		"pass looks at the whole menu each time, for overselling is the worst fault, but writes only what differs.")
	d.evening, err = look(ctx, d.state, func(s *store, now *snapshot) error {
		p.next("The menu again; * marks what is not as it was in the morning:")
		now.menu.show(p, d.opening.menu)
		p.next("Of the products, these:")
		compare(d.opening.menu, now.menu).show(p)
		p.next("The points, before and after:")
		showMoves(p, d.opening.balances, now.balances)
		if err := errors.Join(s.checkBalances(ctx), d.showLedger(ctx, s)); err != nil {
			return err
		}
		p.next("The rejects, before and after:")
		showMended(p, d.opening.rejects, now.rejects)
		return p.err
	})
	return err
}

// showLedger prints how the points came to be what they are.
func (d *demo) showLedger(ctx context.Context, s *store) (err error) {
	p := d.page
	p.next("Every balance is the sum of a ledger that only grows. What the day added to the ledger:")
	if err := showLines(ctx, p, s, d.opening.lastPass); err != nil {
		return err
	}
	if d.example, err = s.refundedSince(ctx, d.opening.lastPass); err != nil {
		return err
	}
	p.line("")
	return d.example.show(ctx, p, s)
}

// thirdRound shows that nothing is written where nothing has changed, and ends the demo if that is not so.
func (d *demo) thirdRound(ctx context.Context) error {
	p := d.page
	p.heading("5. Once more: nothing has changed, so nothing is written")
	if err := d.runner.round(ctx, p); err != nil {
		return err
	}
	_, err := look(ctx, d.state, func(_ *store, now *snapshot) error {
		if changed := changedTables(d.evening.tables, now.tables); len(changed) > 0 {
			return fmt.Errorf("compare the store before and after: %s changed, though nothing had at the till", strings.Join(changed, ", "))
		}
		p.say("What was read are the rejects, tried again with the good rows of the same id, and the products, all of which every " +
			"pass looks at. Every column of every row, the times of change too, is what it was before:")
		table := [][]string{{"table", "rows", "changed"}}
		for _, t := range now.tables {
			table = append(table, []string{t.table, strconv.Itoa(t.rows), "0"})
		}
		p.table("lrr", table...)
		p.say("Only the log of passes has grown, by a line for each.")
		return p.err
	})
	return err
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

// goOn says what is left to look at and to try.
func (d *demo) goOn() {
	p := d.page
	p.heading("6. Go on from here")
	file := filepath.Join(d.state, storeFile)
	p.say("The demo's server is gone when it ends; the store stays, in %s. Look into it:", file)
	p.line("  $ sqlite3 %s", file)
	for _, query := range queries {
		p.line("  %s", strings.Replace(query, "%s", d.example.ID, 1))
	}
	p.next("Ask blackbirdctl what it remembers, and what else it can do:")
	p.line("  $ export BLACKBIRDCTL_STATE_DIR=%s", d.state)
	for _, args := range commands {
		p.line("  $ %s %s", d.bin, strings.Join(args, " "))
	}
	p.next("Or look at a till of your own. A dry run reads it, says what a pass would do, and writes neither a store nor a watermark:")
	p.line("  $ export BIOTRACK_URL='postgres://reader:password@till:5432/biotrackthc'")
	p.line("  $ %s --state-dir another-folder --dry-run sync orders", d.bin)
}
