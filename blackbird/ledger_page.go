package blackbird

import (
	"context"
	"database/sql"
	_ "embed"
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
	err = x.once(ctx, false, func(tx *txn) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM stage_due`); err != nil {
			return err
		}
		n, err = x.exec(ctx, tx, stageDueSQL, map[string]any{"since": span.Since, "until": span.Until})
		return err
	})
	return n, wrap("list changed orders in", err)
}

//go:embed sql/points_page_due.sql
var pointsPageDueSQL string

//go:embed sql/points_page.sql
var pointsPageSQL string

// DuePage reads the next orders after a key, in key order, out of those that StageDue listed. An empty page is the end.
func (x *Session) DuePage(ctx context.Context, after string, limit int) ([]LedgerOrder, error) {
	return x.ledgerPage(ctx, x.own, pointsPageDueSQL, after, limit)
}

// LedgerPage reads the next orders after a key, in key order, out of all. An empty page is the end. Pages may be read while others are
// merged.
func (x *Session) LedgerPage(ctx context.Context, after string, limit int) ([]LedgerOrder, error) {
	w, err := x.borrow(ctx)
	if err != nil {
		return nil, err
	}
	defer x.giveBack(w)
	return x.ledgerPage(ctx, w, pointsPageSQL, after, limit)
}

func (x *Session) ledgerPage(ctx context.Context, w *writer, query, after string, limit int) ([]LedgerOrder, error) {
	if err := w.findByKey(ctx, x.store.dialect); err != nil {
		return nil, wrap("prepare to read ledger of", err)
	}
	query, args, err := x.bind(query, map[string]any{"after": after, "limit": limit})
	if err != nil {
		return nil, err
	}
	orders, err := readLedger(ctx, w.conn, query, args, limit)
	return orders, wrap("read ledger of", err)
}

func readLedger(ctx context.Context, q sqlx.QueryerContext, query string, args []any, limit int) ([]LedgerOrder, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	r := ledgerReader{orders: make([]LedgerOrder, 0, limit), rates: make(map[string]decimal.Decimal)}
	for rows.Next() {
		if err := r.read(rows); err != nil {
			return nil, err
		}
	}
	return r.orders, rows.Err()
}

// ledgerReader gathers orders out of rows that are an order and one of its lines each.
type ledgerReader struct {
	orders []LedgerOrder
	// rates are the few that all lines share.
	rates map[string]decimal.Decimal
}

func (r *ledgerReader) read(rows *sql.Rows) error {
	var o LedgerOrder
	var line Line
	var customer, lineCustomer, rule sql.NullString
	var revision, points sql.NullInt64
	var rate, multiplier sql.RawBytes
	at := moment{&o.OrderedAt}
	err := rows.Scan(&o.ID, &customer, &o.Status, &o.Subtotal, &o.Total, &o.RefundedTotal, at, &o.Known,
		&lineCustomer, &revision, &points, &rate, &multiplier, &rule)
	if err != nil {
		return err
	}
	if n := len(r.orders); n == 0 || r.orders[n-1].ID != o.ID {
		o.CustomerID = customer.String
		r.orders = append(r.orders, o)
	}
	if !revision.Valid {
		return nil
	}
	line = Line{CustomerID: lineCustomer.String, Revision: revision.Int64, Points: points.Int64, Rule: rule.String}
	if line.Rate, err = r.rate(rate); err == nil {
		line.Multiplier, err = r.rate(multiplier)
	}
	of := &r.orders[len(r.orders)-1]
	of.Lines = append(of.Lines, line)
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

// moment reads a time as either database returns it.
type moment struct{ into *time.Time }

// Scan reads a time.
func (m moment) Scan(from any) (err error) {
	switch v := from.(type) {
	case time.Time:
		*m.into = v.UTC()
	case string:
		*m.into, err = time.Parse(timeFormat, v)
	}
	return err
}
