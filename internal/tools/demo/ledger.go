package main

import (
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"
)

// kindOfLine sums up the ledger lines of a kind.
type kindOfLine struct {
	Kind          string
	Lines, Points int64
}

// meanings tell the kinds of ledger lines apart.
var meanings = map[string]string{
	"award":      "a sale has earned its points",
	"correction": "a total was corrected afterwards, so the sale is worth another number",
	"refund":     "money was given back, and with it what it had earned",
	"transfer":   "the sale was given to another customer: one line takes, one gives",
	"void":       "the sale was voided: all its points go back",
}

// showLines prints what the ledger has gained since a pass.
func (s store) showLines(since int64) {
	table := [][]string{{"kind", "lines", "points", "why"}}
	for _, k := range rows[kindOfLine](s, `SELECT kind, count(*) AS lines, sum(points) AS points FROM points_ledger
		WHERE pass_id > ? GROUP BY kind ORDER BY kind`, since) {
		table = append(table, []string{k.Kind, strconv.FormatInt(k.Lines, 10), fmt.Sprintf("%+d", k.Points), meanings[k.Kind]})
	}
	s.table("lrrl", table...)
}

// refundedOrder is an order that has lost points by a refund.
type refundedOrder struct {
	ID       string `db:"order_id"`
	Customer string `db:"customer_id"`
	Status   string
	Total    string
	Refunded string `db:"refunded_total"`
	Ticket   string // the refund's own ticket, empty where the refund is noted on the sale
}

// ledgerLine is a line of an order's ledger.
type ledgerLine struct {
	Revision    int64
	Kind        string
	Points      int64
	Basis       string `db:"basis_amount"`
	Rate, Times string
	Rule        string
}

// refundedSince finds an order that was refunded after a pass, best a part of it and by a ticket of its own.
func (s store) refundedSince(pass int64) refundedOrder {
	found := rows[refundedOrder](s, `SELECT o.order_id, o.customer_id, o.status, o.total, o.refunded_total,
		coalesce((SELECT min(r.order_id) FROM orders r WHERE r.store_id = o.store_id AND r.refund_of = o.order_id), '') AS ticket
		FROM points_ledger l JOIN orders o USING (store_id, order_id) WHERE l.pass_id > ? AND l.kind = 'refund'
		ORDER BY o.status = 'partially_refunded' DESC, ticket <> '' DESC, o.order_id LIMIT 1`, pass)
	if len(found) == 0 {
		s.Fatal("find a refunded order: the day had none that took points back")
	}
	return found[0]
}

// show prints an order's ledger, each line with its reason.
func (o refundedOrder) show(s store) {
	how := "noted on the sale itself"
	if o.Ticket != "" {
		how = "by ticket " + o.Ticket
	}
	s.say("Order %s of customer %s: %s, total %s, refunded %s (%s). Its ledger:", o.ID, o.Customer, o.Status, o.Total, o.Refunded, how)
	table, held := [][]string{{"line", "kind", "points", "why"}}, int64(0)
	for _, l := range rows[ledgerLine](s, `SELECT revision, kind, points, basis_amount, rate, multiplier AS times, rule
		FROM points_ledger WHERE order_id = ? ORDER BY revision`, o.ID) {
		table = append(table, []string{strconv.FormatInt(l.Revision, 10), l.Kind, fmt.Sprintf("%+d", l.Points), l.why(held)})
		held += l.Points
	}
	s.table("rlrl", table...)
	s.line("  %d points are left of this order", held)
}

// why is the arithmetic of a line; held is what the lines before it sum up to.
func (l ledgerLine) why(held int64) string {
	due := fmt.Sprintf("%s (%s) at %s a dollar is %d", l.Basis, l.Rule, plural(l.Rate, l.Times), held+l.Points)
	if l.Revision == 1 {
		return due
	}
	return fmt.Sprintf("%s, less the %d it had: %+d", due, held, l.Points)
}

// plural spells points a dollar.
func plural(rate, times string) string {
	n := number(rate).Mul(number(times))
	if n.Equal(decimal.NewFromInt(1)) {
		return "1 point"
	}
	return n.String() + " points"
}
