package blackbird

import (
	"context"
	_ "embed"
	"slices"
	"strconv"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// EnrollmentCandidate is a customer who may be owed enrollment points.
type EnrollmentCandidate struct {
	CustomerID string
	// Since is when the customer became one: seen by a pass, or of an earlier order.
	Since time.Time
	// Held are the points that the ledger holds for it, Revision is that of its last line, 0 where it has none.
	Held, Revision int64
}

//go:embed sql/newcomers.sql
var newcomersSQL string

//go:embed sql/newcomers_all_postgres.sql
var newcomersAllPostgresSQL string

// EnrollmentCandidates hands on the customers, active or not, who came in the span's passes, in no order. Merges may be at work meanwhile.
func (x *Session) EnrollmentCandidates(ctx context.Context, span Span, visit func(*EnrollmentCandidate) error) (err error) {
	args := map[string]any{"since": span.Since, "until": span.Until, "prefix": model.EnrollmentIDPrefix}
	if span.Since == 0 {
		err = x.store.dialect.newcomers(ctx, x, args, visit)
	} else {
		err = x.newcomersByPage(ctx, args, visit)
	}
	return wrap("read customers of", err)
}

// newcomers streams one statement on a connection of its own.
func (d postgresDialect) newcomers(ctx context.Context, x *Session, args map[string]any, visit func(*EnrollmentCandidate) error) error {
	return x.readNewcomers(ctx, x.store.db, newcomersAllPostgresSQL, args, visit)
}

// newcomers reads page after page: the one connection has to be free for the merges.
func (d sqliteDialect) newcomers(ctx context.Context, x *Session, args map[string]any, visit func(*EnrollmentCandidate) error) error {
	return x.newcomersByPage(ctx, args, visit)
}

// newcomersPage is how many customers are looked at at once.
const newcomersPage = 2_500

func (x *Session) newcomersByPage(ctx context.Context, args map[string]any, visit func(*EnrollmentCandidate) error) error {
	args["limit"] = newcomersPage
	for after := ""; ; {
		args["after"] = after
		var page []EnrollmentCandidate
		err := x.readNewcomers(ctx, x.own.conn, newcomersSQL, args, func(n *EnrollmentCandidate) error {
			page = append(page, *n)
			return nil
		})
		if err != nil || len(page) == 0 {
			return err
		}
		after = page[len(page)-1].CustomerID
		for i := range page {
			if err := visit(&page[i]); err != nil {
				return err
			}
		}
	}
}

const newcomerColumns = 5

func (x *Session) readNewcomers(
	ctx context.Context, q sqlx.QueryerContext, query string, args map[string]any, visit func(*EnrollmentCandidate) error,
) error {
	var n EnrollmentCandidate
	err := x.readRows(ctx, q, query, args, newcomerColumns, func(cells [][]byte) (err error) {
		if n.CustomerID != string(cells[0]) {
			if err := n.visited(visit); err != nil {
				return err
			}
			n = EnrollmentCandidate{CustomerID: string(cells[0])}
			if n.Since, err = earliest(cells[1], cells[2]); err != nil {
				return err
			}
		}
		if cells[3] == nil {
			return nil
		}
		return n.add(cells[3], cells[4])
	})
	if err != nil {
		return err
	}
	return n.visited(visit)
}

// visited hands on a customer whose lines have all been read.
func (n *EnrollmentCandidate) visited(visit func(*EnrollmentCandidate) error) error {
	if n.CustomerID == "" {
		return nil
	}
	return visit(n)
}

// add adds a line, later than those before it.
func (n *EnrollmentCandidate) add(revision, points []byte) (err error) {
	if n.Revision, err = strconv.ParseInt(string(revision), 10, 64); err != nil {
		return err
	}
	given, err := strconv.ParseInt(string(points), 10, 64)
	n.Held += given
	return err
}

// earliest is the first of some moments, of which any may be unknown.
func earliest(of ...[]byte) (first time.Time, err error) {
	for _, text := range of {
		if text == nil {
			continue
		}
		at, err := parseTime(text)
		if err != nil {
			return first, err
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
	}
	return first, nil
}

// BalanceEvent is a change of a customer's balance, or an order that he made.
type BalanceEvent struct {
	CustomerID string
	// Kind is that of a ledger line, or "order" for an order of which the customer has none.
	Kind   model.LineKind
	Points int64
	// At is the order's time; of a line that is of no order, when it was written.
	At time.Time
	// Made says that the customer made the order, whatever was refunded of it since.
	Made bool
	// OrderID, Revision and Rule are a line's that is of no order.
	OrderID  string
	Revision int64
	Rule     string
}

//go:embed sql/standings_all_postgres.sql
var standingsAllPostgresSQL string

//go:embed sql/standings_of.sql
var standingsOfSQL string

//go:embed sql/holders_all.sql
var allHoldersSQL string

//go:embed sql/holders_due.sql
var dueHoldersSQL string

// BalanceEvents hands on all that has moved each customer's balance, and his orders, customer by customer, in no order of time: those of all customers whom
// the ledger knows, or, where a cutoff is given, of those whom the listed orders concern and those who have points and no order after it. The slice
// is the reader's. Merges may be at work meanwhile.
func (x *Session) BalanceEvents(ctx context.Context, cutoff time.Time, visit func([]BalanceEvent) error) (err error) {
	if cutoff.IsZero() {
		err = x.store.dialect.standings(ctx, x, visit)
	} else {
		err = x.standingsByPage(ctx, dueHoldersSQL, map[string]any{"cutoff": cutoff}, visit)
	}
	return wrap("read balances of", err)
}

// standings streams one statement on a connection of its own.
func (d postgresDialect) standings(ctx context.Context, x *Session, visit func([]BalanceEvent) error) error {
	return x.readStandings(ctx, x.store.db, standingsAllPostgresSQL, nil, visit)
}

// standings reads page after page: the one connection has to be free for the merges.
func (d sqliteDialect) standings(ctx context.Context, x *Session, visit func([]BalanceEvent) error) error {
	return x.standingsByPage(ctx, allHoldersSQL, map[string]any{}, visit)
}

// holdersPage is how many customers are looked at at once, each with all that has ever moved the balance.
const holdersPage = 400

// standingsByPage looks up what a query lists of customers, some at a time. The visitor may use the session's connection.
func (x *Session) standingsByPage(ctx context.Context, query string, args map[string]any, visit func([]BalanceEvent) error) error {
	args["limit"] = holdersPage
	for after := ""; ; {
		var customers []string
		args["after"] = after
		if err := x.selects(ctx, x.own.conn, &customers, query, args); err != nil || len(customers) == 0 {
			return err
		}
		after = customers[len(customers)-1]
		var page [][]BalanceEvent
		err := x.readStandings(ctx, x.own.conn, standingsOfSQL, map[string]any{"customers": customers}, func(of []BalanceEvent) error {
			page = append(page, slices.Clone(of))
			return nil
		})
		if err != nil {
			return err
		}
		for _, of := range page {
			if err := visit(of); err != nil {
				return err
			}
		}
	}
}

const standingColumns = 8

func (x *Session) readStandings(
	ctx context.Context, q sqlx.QueryerContext, query string, args map[string]any, visit func([]BalanceEvent) error,
) error {
	r := standingReader{visit: visit, kinds: make(words)}
	if err := x.readRows(ctx, q, query, args, standingColumns, r.read); err != nil || len(r.of) == 0 {
		return err
	}
	return visit(r.of)
}

// standingReader gathers what there is of one customer.
type standingReader struct {
	visit func([]BalanceEvent) error
	of    []BalanceEvent
	kinds words
}

func (r *standingReader) read(cells [][]byte) (err error) {
	if len(r.of) > 0 && r.of[0].CustomerID != string(cells[0]) {
		if err := r.visit(r.of); err != nil {
			return err
		}
		r.of = r.of[:0]
	}
	s := BalanceEvent{Kind: model.LineKind(r.kinds.of(cells[1])), Made: string(cells[4]) == "1", OrderID: string(cells[5]), Rule: string(cells[7])}
	if len(r.of) > 0 {
		s.CustomerID = r.of[0].CustomerID
	} else {
		s.CustomerID = string(cells[0])
	}
	if s.Points, err = strconv.ParseInt(string(cells[2]), 10, 64); err != nil {
		return err
	}
	if s.At, err = parseTime(cells[3]); err != nil {
		return err
	}
	if cells[6] != nil {
		s.Revision, err = strconv.ParseInt(string(cells[6]), 10, 64)
	}
	r.of = append(r.of, s)
	return err
}
