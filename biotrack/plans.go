package biotrack

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Plan is how the server would run a statement of ours.
type Plan struct {
	// Statement is the statement's name, as the log has it.
	Statement string `json:"statement"`
	// Table is the one whose rows are read, empty where the statement is always of the same. Case tells plans of one
	// statement apart.
	Table string `json:"table,omitempty"`
	Case  string `json:"case,omitempty"`
	// Plan is what EXPLAIN says in JSON, with shapes in the place of literals.
	Plan any `json:"plan,omitempty"`
	// SQLState is why the server plans nothing, as where it lacks a column; empty where it does.
	SQLState string `json:"sqlstate,omitempty"`
}

// planned is a statement with the values that a plan is made for. None of them is the till's.
type planned struct {
	Plan
	data any
	args []any
}

// Plans asks the server how it would run each statement that reads its tables, of the given locations or of all. None
// is run, and each is asked about in a short transaction of its own.
func (s *Source) Plans(ctx context.Context, locations []int64) (plans []Plan, err error) {
	at := locationsArg(locations)
	statements := append(s.plannedOfTable(tableCustomers, "customers.sql", at),
		s.plannedOfTable(tableTickets, "tickets.sql", at)...)
	customers, tickets := s.layout.query(tableCustomers), s.layout.query(tableTickets)
	add := func(name string, data any, args ...any) {
		statements = append(statements, planned{Plan{Statement: name}, data, args})
	}
	add("customers_spaced.sql", customers)
	add("customers_shadowed.sql", customers, anyXID)
	add("refunds_elsewhere.sql", tickets, pq.Array([]int64{1}), nil)
	add("originals.sql", tickets, nil)
	for _, name := range []string{"products.sql", "lots.sql", "lots_unsellable.sql"} {
		add(name, s.layout, at)
	}
	for _, name := range []string{"levels.sql", "rooms.sql", "locations.sql", "locations_of_products.sql"} {
		add(name, s.layout)
	}
	add("lots_of_product.sql", s.layout, at, 1)
	add("inventory_changed.sql", s.layout, anyXID, 0)
	add("sold.sql", s.layout, at, anyLimit)
	add("sold_lots.sql", s.layout, at, anyLimit)
	for _, statement := range statements {
		if err := s.explain(ctx, &statement); err != nil {
			return nil, err
		}
		plans = append(plans, statement.Plan)
	}
	return plans, nil
}

// The values that plans are made for.
const (
	anyXID   = "3"
	anyKey   = "1"
	anyLimit = 20_000
)

// plannedOfTable returns the statements that read a table of customers or tickets, by rows in pages or by keys.
func (s *Source) plannedOfTable(table, rows string, locations any) (all []planned) {
	q, keys := s.layout.query(table), pq.Array([]string{anyKey})
	byKey := q
	byKey.ByKey = true
	add := func(name, which string, data tableQuery, args ...any) {
		all = append(all, planned{Plan{Statement: name, Table: table, Case: which}, data, args})
	}
	add(rows, "first page", q, nil, anyLimit, locations)
	add(rows, "page", q, anyKey, anyLimit, locations)
	add(rows, "by key", byKey, keys)
	add("keys.sql", "page", q, anyKey, anyLimit, locations)
	add("changed.sql", "", q, anyXID, anyLimit)
	add("count.sql", "", q)
	add("count_live.sql", "", q, locations)
	add("index_order.sql", "", q)
	add("find.sql", "", q, keys)
	add("witnesses.sql", "newest", q, anyXID, witnesses, anyLimit)
	add("witnesses.sql", "by key", byKey, anyXID, nil, nil, keys)
	add("unwitnessed.sql", "", q, anyXID, pq.Array([]string{anyXID}), keys)
	return all
}

// explain fills a plan in. An error that the server answers a statement with is part of the plan.
func (s *Source) explain(ctx context.Context, p *planned) error {
	const op = "plan statements"
	query, err := render(queries(), p.Statement, p.data)
	if err != nil {
		return wrap(op, err)
	}
	query = strings.TrimPrefix(query, "ROLLBACK TO SAVEPOINT state;")
	var text []byte
	err = s.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, tx.GetContext(ctx, &text, "EXPLAIN (FORMAT JSON) "+query, p.args...))
	})
	if p.SQLState = SQLState(err); p.SQLState != "" && ctx.Err() == nil {
		return nil
	}
	if err == nil {
		err = wrap(op, json.Unmarshal(text, &p.Plan.Plan))
	}
	p.Plan.Plan = shapeLiterals(p.Plan.Plan)
	return err
}

// SQLState returns the code with which the server answered a statement, empty for any other error.
func SQLState(err error) string {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return string(e.Code)
	}
	return ""
}

// shapeLiterals replaces the literals in all texts of a JSON value by their shapes.
func shapeLiterals(value any) any {
	switch v := value.(type) {
	case string:
		return ShapeSQL(v)
	case []any:
		for i := range v {
			v[i] = shapeLiterals(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = shapeLiterals(v[key])
		}
	}
	return value
}

// literal finds the literals of an SQL text: quoted ones, and numbers that are no part of a name or of a parameter.
var literal = regexp.MustCompile(`'(?:[^']|'')*'|(?:^|[^\w$.])\d[\w.]*`)

// ShapeSQL returns an SQL text with the shapes of its literals in their place: an index, a view and a plan may have a
// condition that names a person or a price. Quoted ones keep their quotes.
func ShapeSQL(text string) string {
	return literal.ReplaceAllStringFunc(text, func(found string) string {
		if !strings.HasPrefix(found, "'") {
			return Shape(found)
		}
		quoted := strings.ReplaceAll(found[1:len(found)-1], "''", "'")
		return "'" + strings.ReplaceAll(Shape(quoted), "'", "''") + "'"
	})
}
