package biotrack

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Plan is how the server would run a statement of ours.
type Plan struct {
	// Statement is its name, as the log has it, Of the table whose rows it reads, and which of them, where it is not
	// always the same.
	Statement string `json:"statement"`
	Of        string `json:"of,omitempty"`
	// Plan is what EXPLAIN says in JSON, with shapes in place of literals; SQLState is why the server plans nothing, as
	// where it lacks a column.
	Plan     any    `json:"plan,omitempty"`
	SQLState string `json:"sqlstate,omitempty"`
}

// planned is a statement with the values that a plan is made for. None of them is the till's.
type planned struct {
	name, of string
	data     any
	args     []any
}

// The values that plans are made for.
const (
	anyXID   = "3"
	anyLimit = 20_000
)

var anyKey = pq.Array([]string{"1"})

// Plans asks the server how it would run each statement that reads its tables, of the given locations or of all. None
// is run, and each is asked about in a short transaction of its own.
func (s *Source) Plans(ctx context.Context, locations []int64) (plans []Plan, err error) {
	at, tickets, layout := locationsArg(locations), s.layout.query(tableTickets), s.layout
	statements := slices.Concat(s.keyedPlans(tableCustomers, "customers.sql", at),
		s.keyedPlans(tableTickets, "tickets.sql", at), []planned{
			{"customers_spaced.sql", "", s.layout.query(tableCustomers), nil},
			{"customers_shadowed.sql", "", s.layout.query(tableCustomers), []any{anyXID}},
			{"refunds_elsewhere.sql", "", tickets, []any{pq.Array([]int64{1}), nil}},
			{"originals.sql", "", tickets, []any{nil}},
			{"products.sql", "", layout, []any{at}},
			{"lots.sql", "", layout, []any{at}},
			{"lots_unsellable.sql", "", layout, []any{at}},
			{"lots_of_product.sql", "", layout, []any{at, 1}},
			{"levels.sql", "", layout, nil},
			{"rooms.sql", "", layout, nil},
			{"locations.sql", "", layout, nil},
			{"locations_of_products.sql", "", layout, nil},
			{"inventory_changed.sql", "", layout, []any{anyXID, 0}},
			{"sold.sql", "", layout, []any{at, anyLimit}},
			{"sold_lots.sql", "", layout, []any{at, anyLimit}},
		})
	for _, statement := range statements {
		plan, err := s.explain(ctx, &statement)
		if err != nil {
			return nil, err
		}
		plans = append(plans, plan)
	}
	return plans, nil
}

// keyedPlans returns the statements that read a table of customers or tickets, by rows in pages or by keys.
func (s *Source) keyedPlans(table, rows string, at any) []planned {
	q := s.layout.query(table)
	byKey := q
	byKey.ByKey = true
	return []planned{
		{rows, table + ", first page", q, []any{nil, anyLimit, at}},
		{rows, table + ", page", q, []any{"1", anyLimit, at}},
		{rows, table + ", by key", byKey, []any{anyKey}},
		{"keys.sql", table, q, []any{"1", anyLimit, at}},
		{"changed.sql", table, q, []any{anyXID, anyLimit}},
		{"count.sql", table, q, nil},
		{"count_live.sql", table, q, []any{at}},
		{"index_order.sql", table, q, nil},
		{"find.sql", table, q, []any{anyKey}},
		{"witnesses.sql", table + ", newest", q, []any{anyXID, witnesses, anyLimit}},
		{"witnesses.sql", table + ", by key", byKey, []any{anyXID, nil, nil, anyKey}},
		{"unwitnessed.sql", table, q, []any{anyXID, pq.Array([]string{anyXID}), anyKey}},
	}
}

// explain returns a plan. An error that the server answers the statement with is part of it.
func (s *Source) explain(ctx context.Context, p *planned) (plan Plan, err error) {
	const op = "plan statements"
	plan = Plan{Statement: p.name, Of: p.of}
	query, err := render(queries(), p.name, p.data)
	if err != nil {
		return plan, wrap(op, err)
	}
	query = strings.TrimPrefix(query, "ROLLBACK TO SAVEPOINT state;")
	var text []byte
	err = s.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, tx.GetContext(ctx, &text, "EXPLAIN (FORMAT JSON) "+query, p.args...))
	})
	if plan.SQLState = SQLState(err); plan.SQLState != "" && ctx.Err() == nil {
		return plan, nil
	}
	if err == nil {
		err = wrap(op, json.Unmarshal(text, &plan.Plan))
	}
	plan.Plan = ShapeLiterals(plan.Plan)
	return plan, err
}

// SQLState returns the code with which the server answered a statement, empty for any other error.
func SQLState(err error) string {
	if e, ok := errors.AsType[*pq.Error](err); ok {
		return string(e.Code)
	}
	return ""
}

// ShapeLiterals replaces the literals in all SQL texts of a JSON value by their shapes: an index, a view and a plan may
// have a condition that names a person or a price.
func ShapeLiterals(value any) any {
	switch v := value.(type) {
	case string:
		return shapeSQL(v)
	case []any:
		for i := range v {
			v[i] = ShapeLiterals(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = ShapeLiterals(v[key])
		}
	}
	return value
}

// literal finds the literals of an SQL text: quoted ones, and numbers that are no part of a name or of a parameter.
var literal = regexp.MustCompile(`'(?:[^']|'')*'|(?:^|[^\w$.])\d[\w.]*`)

// shapeSQL returns an SQL text with the shapes of its literals in their place. Quoted ones keep their quotes.
func shapeSQL(text string) string {
	return literal.ReplaceAllStringFunc(text, func(found string) string {
		if !strings.HasPrefix(found, "'") {
			return Shape(found)
		}
		quoted := strings.ReplaceAll(found[1:len(found)-1], "''", "'")
		return "'" + strings.ReplaceAll(Shape(quoted), "'", "''") + "'"
	})
}
