package blackbird

import (
	"bytes"
	"context"
	"database/sql"
	_ "embed"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/shopspring/decimal"
)

// LedgerOrder is what the ledger needs to know of an order, with all lines that it has of it.
type LedgerOrder struct {
	ID string
	// CustomerID is empty where the order has no customer.
	CustomerID    string
	Status        string
	Subtotal      Cents
	Total         Cents
	RefundedTotal Cents
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

//go:embed sql/points_due.sql
var stageDueSQL string

// StageDue lists the orders that changed in the span's passes, and those of customers that came in them. It returns how many.
func (x *Session) StageDue(ctx context.Context, span Span) (n int64, err error) {
	if err := x.own.stage(ctx, x.store.dialect, x.stream); err != nil {
		return 0, wrap("list changed orders in", err)
	}
	err = x.once(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM stage_due`); err != nil {
			return err
		}
		n, err = x.exec(ctx, tx, stageDueSQL, map[string]any{"since": span.Since, "until": span.Until})
		return err
	})
	return n, wrap("list changed orders in", err)
}

// StageSelected lists the orders that have one of the ids, or are of one of the customers. It returns the ids and the customers that no order
// has.
func (x *Session) StageSelected(ctx context.Context, orders, customers []string) (absent []string, err error) {
	if err := x.own.stage(ctx, x.store.dialect, x.stream); err != nil {
		return nil, wrap("list orders in", err)
	}
	err = x.once(ctx, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM stage_due`); err != nil {
			return err
		}
		for _, by := range []struct {
			column string
			values []string
		}{{"order_id", orders}, {"customer_id", customers}} {
			none, err := x.stageBy(ctx, tx, by.column, by.values)
			if err != nil {
				return err
			}
			absent = append(absent, none...)
		}
		return nil
	})
	return absent, wrap("list orders in", err)
}

// stageBy lists the orders that have one of the values in a column, and returns the values that none has.
func (x *Session) stageBy(ctx context.Context, tx *txn, column string, values []string) (absent []string, err error) {
	for _, value := range values {
		var ids []string
		args := map[string]any{"value": value}
		err := x.selects(ctx, tx, &ids, `SELECT order_id FROM orders WHERE store_id = :store_id AND `+column+` = :value`, args)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			absent = append(absent, value)
		}
		for _, id := range ids {
			_, err := x.exec(ctx, tx, `INSERT INTO stage_due (order_id) VALUES (:order_id) ON CONFLICT DO NOTHING`, map[string]any{"order_id": id})
			if err != nil {
				return nil, err
			}
		}
	}
	return absent, nil
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

// CountOrders returns how many orders come after a key.
func (x *Session) CountOrders(ctx context.Context, after string) (n int64, err error) {
	err = x.get(ctx, x.own.conn, &n, `SELECT count(*) FROM orders WHERE store_id = :store_id AND order_id > :after`, map[string]any{"after": after})
	return n, wrap("count orders of", err)
}

//go:embed sql/points_page_due.sql
var pointsPageDueSQL string

//go:embed sql/points_all_postgres.sql
var pointsAllPostgresSQL string

//go:embed sql/points_all_sqlite.sql
var pointsAllSQLiteSQL string

// DuePage reads the next orders after a key, in key order, out of those that StageDue listed. An empty page is the end.
func (x *Session) DuePage(ctx context.Context, after string, limit int) (page []LedgerOrder, err error) {
	if err := x.own.findByKey(ctx, x.store.dialect); err != nil {
		return nil, wrap("prepare to read ledger of", err)
	}
	err = x.readLedger(ctx, x.own.conn, pointsPageDueSQL, after, limit, func(orders []LedgerOrder) error {
		page = orders
		return nil
	})
	return page, wrap("read ledger of", err)
}

// Ledger reads all orders after a key, in key order, and hands them on some at a time; the slice is the visitor's to keep. Merges may be at
// work meanwhile.
func (x *Session) Ledger(ctx context.Context, after string, some int, visit func([]LedgerOrder) error) error {
	return wrap("read ledger of", x.store.dialect.ledger(ctx, x, after, some, visit))
}

// ledger streams one statement on a connection of its own. What it reads is as it was at its beginning; a pass changes the lines of no
// order but those that it has been handed.
func (d postgresDialect) ledger(ctx context.Context, x *Session, after string, some int, visit func([]LedgerOrder) error) error {
	return x.readLedger(ctx, x.store.db, pointsAllPostgresSQL, after, some, visit)
}

// ledger reads page after page: the one connection has to be free for the merges.
func (d sqliteDialect) ledger(ctx context.Context, x *Session, after string, some int, visit func([]LedgerOrder) error) error {
	for {
		page, err := x.ledgerPage(ctx, after, some)
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].ID
		if err := visit(page); err != nil {
			return err
		}
	}
}

func (x *Session) ledgerPage(ctx context.Context, after string, limit int) (page []LedgerOrder, err error) {
	w, err := x.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer x.giveBack(w)
	err = x.readLedger(ctx, w.conn, pointsAllSQLiteSQL, after, limit, func(orders []LedgerOrder) error {
		page = orders
		return nil
	})
	return page, err
}

func (x *Session) readLedger(
	ctx context.Context, q sqlx.QueryerContext, query, after string, some int, visit func([]LedgerOrder) error,
) error {
	query, args, err := x.bind(query, map[string]any{"after": after, "limit": some})
	if err != nil {
		return err
	}
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	r := newLedgerReader(len(columns) == 1, some, visit)
	for rows.Next() {
		if err := r.read(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil || len(r.orders) == 0 {
		return err
	}
	return visit(r.orders)
}

// ledgerColumns are what the queries for orders and their lines return.
const ledgerColumns = 14

// ledgerReader gathers orders out of rows that are an order and one of its lines each. Millions of them pass: what most rows share is
// kept, and nothing is made anew that need not be.
type ledgerReader struct {
	// some is how many orders are handed on at a time.
	some   int
	visit  func([]LedgerOrder) error
	orders []LedgerOrder
	// cells are a row's values, nil for NULL: scanned as they are, or out of the one record that holds them all.
	cells  [ledgerColumns][]byte
	record sql.RawBytes
	// targets are where the driver puts a row.
	targets []any
	// rates and words are the few that all lines share.
	rates map[string]decimal.Decimal
	words map[string]string
}

// newLedgerReader returns a reader of rows that have a column a value, or one for all of them.
func newLedgerReader(inOne bool, some int, visit func([]LedgerOrder) error) *ledgerReader {
	r := &ledgerReader{some: some, visit: visit, rates: make(map[string]decimal.Decimal), words: make(map[string]string)}
	if inOne {
		r.targets = []any{&r.record}
		return r
	}
	for i := range r.cells {
		r.targets = append(r.targets, (*sql.RawBytes)(&r.cells[i]))
	}
	return r
}

func (r *ledgerReader) read(rows *sql.Rows) error {
	if err := rows.Scan(r.targets...); err != nil {
		return err
	}
	if len(r.targets) == 1 {
		rest := r.record[1:]
		for i := range r.cells {
			r.cells[i], rest = nextCell(rest)
		}
	}
	if n := len(r.orders); n == 0 || r.orders[n-1].ID != string(r.cells[0]) {
		if err := r.begin(); err != nil {
			return err
		}
	}
	if r.cells[9] == nil {
		return nil
	}
	return r.add(&r.orders[len(r.orders)-1])
}

// begin begins the next order, and hands on those before it where they are enough.
func (r *ledgerReader) begin() (err error) {
	if len(r.orders) == r.some {
		if err := r.visit(r.orders); err != nil {
			return err
		}
		r.orders = nil
	}
	if r.orders == nil {
		r.orders = make([]LedgerOrder, 0, r.some)
	}
	o := LedgerOrder{ID: string(r.cells[0]), CustomerID: string(r.cells[1]), Status: r.word(r.cells[2])}
	for i, cents := range [...]*Cents{&o.Subtotal, &o.Total, &o.RefundedTotal} {
		if *cents, err = parseCents(r.cells[3+i]); err != nil {
			return err
		}
	}
	if o.OrderedAt, err = parseTime(r.cells[6]); err != nil {
		return err
	}
	o.Known = string(r.cells[7]) == "1"
	r.orders = append(r.orders, o)
	return nil
}

// add adds the row's line to its order.
func (r *ledgerReader) add(to *LedgerOrder) (err error) {
	line := Line{CustomerID: to.CustomerID, Rule: r.word(r.cells[13])}
	if to.CustomerID != string(r.cells[8]) {
		line.CustomerID = string(r.cells[8])
	}
	for i, n := range [...]*int64{&line.Revision, &line.Points} {
		if *n, err = strconv.ParseInt(string(r.cells[9+i]), 10, 64); err != nil {
			return err
		}
	}
	if line.Rate, err = r.rate(r.cells[11]); err == nil {
		line.Multiplier, err = r.rate(r.cells[12])
	}
	to.Lines = append(to.Lines, line)
	return err
}

// word returns a text of which there are few.
func (r *ledgerReader) word(text []byte) string {
	known, ok := r.words[string(text)]
	if !ok {
		known = string(text)
		r.words[known] = known
	}
	return known
}

func (r *ledgerReader) rate(text []byte) (decimal.Decimal, error) {
	if known, ok := r.rates[string(text)]; ok {
		return known, nil
	}
	rate, err := decimal.NewFromString(string(text))
	r.rates[string(text)] = rate
	return rate, err
}

// parseTime reads a time as either database, or the driver, writes it.
func parseTime(text []byte) (time.Time, error) {
	if bytes.IndexByte(text, 'T') > 0 {
		at, err := time.Parse(time.RFC3339Nano, string(text))
		return at.UTC(), err
	}
	at, err := time.Parse("2006-01-02 15:04:05.999999Z07", string(text))
	return at.UTC(), err
}
