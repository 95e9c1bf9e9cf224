package blackbird

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Kept is what a store has of a person: how many rows of customers and orders, and in how many of each there is a name,
// a phone or an e-mail.
type Kept struct {
	Total, Customers, Orders int64
	// Naming are the lines of the ledger that name the person.
	Naming []NamingLine
}

// Kept returns what the store has of a customer.
func (s *Store) Kept(ctx context.Context, customerID string) (Kept, error) {
	return s.on(s.db).kept(ctx, customerID)
}

// Kept returns what the store has of a customer.
func (x *Session) Kept(ctx context.Context, customerID string) (Kept, error) {
	return x.onOwn().kept(ctx, customerID)
}

func (q Queries) kept(ctx context.Context, customerID string) (kept Kept, err error) {
	if !utf8.ValidString(customerID) {
		return kept, nil
	}
	err = q.Get(ctx, &kept, "kept", Args{"customer_id": customerID})
	if err == nil {
		kept.Naming, err = q.naming(ctx, customerID)
	}
	return kept, q.store.wrap("read customer", err)
}

// LockAlso takes the store's lock for another stream, too, until the session is closed. The error is ErrLocked where
// another session holds it.
func (x *Session) LockAlso(ctx context.Context, stream *Stream) error {
	key := LockKey(x.store.id, stream.Name)
	err := x.store.engine.Lock(ctx, x.onOwn(), key)
	if err == nil {
		x.alsoLocked = append(x.alsoLocked, key)
	}
	return x.store.wrap("lock "+stream.Name, err)
}

// Forget removes a customer's name, phone and e-mail from the customers and orders, in one transaction, and notes that
// no pass may bring them back. The lines of the ledger that name the customer get another reason, as rule and as terms,
// and keep their points. The session must hold the locks of all three streams: a pass reads the notes as it begins.
func (p *Pass) Forget(ctx context.Context, customerID string, naming []NamingLine, rule, terms string) error {
	return p.merge(ctx, func(t *tx) (c Counts, err error) {
		args := Args{"customer_id": customerID, "pass_id": p.ID, "now": p.now()}
		if _, err := t.Exec(ctx, "forgotten_add", args); err != nil {
			return c, err
		}
		for _, statement := range []string{"customers_forget", "orders_forget"} {
			updated, err := t.Exec(ctx, statement, args)
			if err != nil {
				return c, err
			}
			c.Read, c.Updated = c.Read+updated, c.Updated+updated
		}
		for _, l := range naming {
			updated, err := t.Exec(ctx, "reason_forget", Args{
				"customer_id": l.CustomerID, "source_id": l.SourceID, "revision": l.Revision,
				"location_id": l.LocationID, "rule": rule, "terms": terms,
			})
			if err != nil {
				return c, err
			}
			c.Read, c.Updated = c.Read+updated, c.Updated+updated
		}
		return c, nil
	})
}

// loadForgotten reads whose names, phones and e-mails the pass leaves out of every row that it writes or compares.
func (p *Pass) loadForgotten(ctx context.Context, t *tx) error {
	var ids []string
	if err := t.Select(ctx, &ids, "forgotten", nil); err != nil {
		return err
	}
	p.forgotten = make(map[string]bool, len(ids))
	for _, id := range ids {
		p.forgotten[id] = true
	}
	return nil
}

// withoutForgotten returns a customer's contact, empty where the customer was forgotten.
func (p *Pass) withoutForgotten(customerID []byte, contact *model.Contact) *model.Contact {
	if p.forgotten[string(customerID)] {
		return &model.Contact{}
	}
	return contact
}

// Export returns all that the store has of a customer: the rows of each table that names customers, and the rejects of
// the customer's row. Numbers without decimals are numbers, all else is text as the embedded store spells it.
func (s *Store) Export(ctx context.Context, customerID string) (rows map[string][]map[string]any, err error) {
	rows = make(map[string][]map[string]any)
	if !utf8.ValidString(customerID) {
		return rows, nil
	}
	err = s.snapshot(ctx, func(q Queries) error {
		for _, table := range copiedTables {
			t := copyTable{name: table}
			if err := q.Select(ctx, &t.columns, "table_columns", Args{"table": table}); err != nil {
				return err
			}
			condition := "customer_id = ?"
			switch {
			case table == "rejects":
				condition = "stream = 'customers' AND row_key = ?"
			case !slices.Contains(t.columnNames(), "customer_id"):
				continue
			}
			if rows[table], err = t.rowsWhere(ctx, q, condition, customerID); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, s.wrap("read customer", err)
}

// rowsWhere returns the store's rows that meet a condition with one parameter, in the order of their keys.
func (t *copyTable) rowsWhere(ctx context.Context, q Queries, condition, arg string) ([]map[string]any, error) {
	found := []map[string]any{}
	var expressions, key []string
	for _, c := range t.columns {
		expressions = append(expressions, c.Expression)
		if c.Key > 0 {
			key = append(key, t.name+"."+c.Name)
		}
	}
	query := "SELECT " + strings.Join(expressions, ", ") + " FROM " + t.name + " WHERE store_id = ? AND " + condition +
		" ORDER BY " + strings.Join(key, ", ")
	rows, err := q.on.QueryxContext(ctx, q.store.db.Rebind(query), q.store.id, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		values, err := rows.SliceScan()
		if err != nil {
			return nil, err
		}
		row := make(map[string]any)
		for i, c := range t.columns {
			row[c.Name] = c.plain(values[i])
		}
		found = append(found, row)
	}
	return found, rows.Err()
}

// plain returns a value of the column: nil, a whole number or a text.
func (c *copyColumn) plain(value any) any {
	text, isText := value.(string)
	if bytes, isBytes := value.([]byte); isBytes {
		text, isText = string(bytes), true
	}
	if !isText {
		return value
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && (c.Type == "bigint" || c.Type == "boolean") {
		return n
	}
	return text
}
