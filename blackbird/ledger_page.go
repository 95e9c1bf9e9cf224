package blackbird

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// LedgerOrder is what the ledger needs to know of an order, with all lines that it has of it.
type LedgerOrder struct {
	ID string
	// CustomerID is empty where the order has no customer.
	CustomerID    string
	Status        model.OrderStatus
	Subtotal      model.Cents
	Tax           model.Cents
	Total         model.Cents
	RefundedTotal model.Cents
	LocationID    int64
	OrderedAt     time.Time
	// Known says that the customer has a row in customers.
	Known bool
	// Lines are in order of revision. Of each only customer, revision, points, rate, multiplier and rule are read.
	Lines []Line
}

// Span is a range of passes: after Since, up to and with Until.
type Span struct{ Since, Until int64 }

//go:embed sql/points_settled.sql
var settledPassSQL string

// SettledPass returns the newest pass before which all passes over orders and customers have ended: one that still writes must not be passed over.
func (x *Session) SettledPass(ctx context.Context) (id int64, err error) {
	err = x.get(ctx, x.own.conn, &id, settledPassSQL, nil)
	return id, wrap("read passes of", err)
}

//go:embed sql/points_newer.sql
var newerOrdersSQL string

// ChangedSince returns those of the orders that a pass after the given one has changed, or whose customer came in one.
func (x *Session) ChangedSince(ctx context.Context, pass int64, orders []string) (changed []string, err error) {
	for ids := range slices.Chunk(orders, settleChunk) {
		var some []string
		if err := x.selects(ctx, x.own.conn, &some, newerOrdersSQL, map[string]any{"since": pass, "ids": ids}); err != nil {
			return nil, wrap("list changed orders in", err)
		}
		changed = append(changed, some...)
	}
	return changed, nil
}

// CountOrders returns how many orders there are of customers after one.
func (x *Session) CountOrders(ctx context.Context, after string) (n int64, err error) {
	err = x.get(ctx, x.own.conn, &n, `SELECT count(*) FROM orders WHERE store_id = :store_id AND customer_id > :after`, map[string]any{"after": after})
	return n, wrap("count orders of", err)
}

//go:embed sql/points_page_due.sql
var pointsPageDueSQL string

//go:embed sql/points_all_postgres.sql
var pointsAllPostgresSQL string

//go:embed sql/points_all_sqlite.sql
var pointsAllSQLiteSQL string

//go:embed sql/points_orphans_sqlite.sql
var pointsOrphansSQLiteSQL string

// LedgerPage is some orders, customer by customer, each one's in the order of their times. Orders without a customer, of which the ledger has
// lines, come first.
type LedgerPage struct {
	Orders []LedgerOrder
	// Done is the last customer of whom all orders have been handed on, empty where none is that is new.
	Done string
}

// DuePage reads the next orders after one, nil for the first, out of those that were staged. An empty page is the end.
func (x *Session) DuePage(ctx context.Context, after *LedgerOrder, limit int) (page []LedgerOrder, err error) {
	if err := x.own.findByKey(ctx, x.store.dialect); err != nil {
		return nil, wrap("prepare to read ledger of", err)
	}
	page, err = x.ledgerPage(ctx, x.own.conn, pointsPageDueSQL, after, limit)
	return page, wrap("read ledger of", err)
}

// Ledger reads all orders that the ledger is about, of the customers after one, all where it is empty, and hands them on some at a time; the slice
// is the visitor's to keep. Merges may be at work meanwhile.
func (x *Session) Ledger(ctx context.Context, after string, some int, visit func(LedgerPage) error) error {
	return wrap("read ledger of", x.store.dialect.ledger(ctx, x, after, some, visit))
}

// ledger streams one statement on a connection of its own. What it reads is as it was at its beginning; a pass changes the lines of no
// order but those that it has been handed.
func (d postgresDialect) ledger(ctx context.Context, x *Session, after string, some int, visit func(LedgerPage) error) error {
	args := map[string]any{"after": after, "begins": after == ""}
	var last string
	err := x.readLedger(ctx, x.store.db, pointsAllPostgresSQL, args, some, func(orders []LedgerOrder) error {
		page := LedgerPage{Orders: orders, Done: before(orders, last)}
		last = orders[len(orders)-1].CustomerID
		return visit(page)
	})
	if err != nil || last == "" {
		return err
	}
	return visit(LedgerPage{Done: last})
}

// ledger reads page after page: the one connection has to be free for the merges.
func (d sqliteDialect) ledger(ctx context.Context, x *Session, after string, some int, visit func(LedgerPage) error) error {
	if after == "" {
		if err := d.ledgerOf(ctx, x, pointsOrphansSQLiteSQL, nil, some, visit); err != nil {
			return err
		}
	}
	return d.ledgerOf(ctx, x, pointsAllSQLiteSQL, &LedgerOrder{CustomerID: after, OrderedAt: endOfTime}, some, visit)
}

// endOfTime is after every order's time.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (d sqliteDialect) ledgerOf(
	ctx context.Context, x *Session, query string, after *LedgerOrder, some int, visit func(LedgerPage) error,
) error {
	last := ""
	for {
		orders, err := x.borrowedPage(ctx, query, after, some)
		if err != nil {
			return err
		}
		if len(orders) == 0 {
			break
		}
		after = &orders[len(orders)-1]
		done := before(orders, last)
		last = after.CustomerID
		if err := visit(LedgerPage{Orders: orders, Done: done}); err != nil {
			return err
		}
	}
	if last == "" {
		return nil
	}
	return visit(LedgerPage{Done: last})
}

// before is the customer before the last one of a page, of whom no more orders come: on the page, or on the one before it.
func before(orders []LedgerOrder, last string) string {
	of := orders[len(orders)-1].CustomerID
	for i := len(orders) - 1; i >= 0; i-- {
		if orders[i].CustomerID != of {
			return orders[i].CustomerID
		}
	}
	if last != of {
		return last
	}
	return ""
}

func (x *Session) borrowedPage(ctx context.Context, query string, after *LedgerOrder, limit int) ([]LedgerOrder, error) {
	w, err := x.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer x.giveBack(w)
	return x.ledgerPage(ctx, w.conn, query, after, limit)
}

// ledgerPage reads a page that comes after an order.
func (x *Session) ledgerPage(
	ctx context.Context, q sqlx.QueryerContext, query string, after *LedgerOrder, limit int,
) (page []LedgerOrder, err error) {
	if after == nil {
		after = &LedgerOrder{}
	}
	args := map[string]any{"limit": limit, "customer": after.CustomerID, "at": after.OrderedAt, "order": after.ID}
	err = x.readLedger(ctx, q, query, args, limit, func(orders []LedgerOrder) error {
		page = orders
		return nil
	})
	return page, err
}

func (x *Session) readLedger(
	ctx context.Context, q sqlx.QueryerContext, query string, args map[string]any, some int, visit func([]LedgerOrder) error,
) error {
	r := newLedgerReader(some, visit)
	if err := x.readRows(ctx, q, query, args, ledgerColumns, r.read); err != nil || len(r.orders) == 0 {
		return err
	}
	return visit(r.orders)
}

// ledgerColumns are what the queries for orders and their lines return.
const ledgerColumns = 16

// ledgerReader gathers orders out of rows that are an order and one of its lines each. Millions of them pass: what most rows share is
// kept, and nothing is made anew that need not be.
type ledgerReader struct {
	// some is how many orders are handed on at a time.
	some   int
	visit  func([]LedgerOrder) error
	orders []LedgerOrder
	// rates and words are the few that all lines share.
	rates map[string]decimal.Decimal
	words words
}

func newLedgerReader(some int, visit func([]LedgerOrder) error) *ledgerReader {
	return &ledgerReader{some: some, visit: visit, rates: make(map[string]decimal.Decimal), words: make(words)}
}

func (r *ledgerReader) read(cells [][]byte) error {
	if n := len(r.orders); n == 0 || r.orders[n-1].ID != string(cells[0]) {
		if err := r.begin(cells); err != nil {
			return err
		}
	}
	if cells[11] == nil {
		return nil
	}
	return r.add(&r.orders[len(r.orders)-1], cells)
}

// begin begins the next order, and hands on those before it where they are enough.
func (r *ledgerReader) begin(cells [][]byte) (err error) {
	if len(r.orders) == r.some {
		if err := r.visit(r.orders); err != nil {
			return err
		}
		r.orders = nil
	}
	if r.orders == nil {
		r.orders = make([]LedgerOrder, 0, r.some)
	}
	o := LedgerOrder{ID: string(cells[0]), CustomerID: string(cells[1]), Status: model.OrderStatus(r.words.of(cells[2]))}
	for i, cents := range [...]*model.Cents{&o.Subtotal, &o.Tax, &o.Total, &o.RefundedTotal} {
		if *cents, err = model.ParseCents(cells[3+i]); err != nil {
			return err
		}
	}
	if o.OrderedAt, err = parseTime(cells[7]); err != nil {
		return err
	}
	if location := cells[8]; location != nil {
		if o.LocationID, err = strconv.ParseInt(string(location), 10, 64); err != nil {
			return err
		}
	}
	o.Known = string(cells[9]) == "1"
	r.orders = append(r.orders, o)
	return nil
}

// add adds the row's line to its order.
func (r *ledgerReader) add(to *LedgerOrder, cells [][]byte) (err error) {
	line := Line{CustomerID: to.CustomerID, Rule: r.words.of(cells[15])}
	if to.CustomerID != string(cells[10]) {
		line.CustomerID = string(cells[10])
	}
	for i, n := range [...]*int64{&line.Revision, &line.Points} {
		if *n, err = strconv.ParseInt(string(cells[11+i]), 10, 64); err != nil {
			return err
		}
	}
	if line.Rate, err = r.rate(cells[13]); err == nil {
		line.Multiplier, err = r.rate(cells[14])
	}
	to.Lines = append(to.Lines, line)
	return err
}

func (r *ledgerReader) rate(text []byte) (decimal.Decimal, error) {
	if known, ok := r.rates[string(text)]; ok {
		return known, nil
	}
	rate, err := decimal.NewFromString(string(text))
	r.rates[string(text)] = rate
	return rate, err
}
