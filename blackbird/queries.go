package blackbird

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Connection is a connection pool, a connection or a transaction.
type Connection interface {
	sqlx.QueryerContext
	sqlx.ExecerContext
}

// Queries runs the store's statements, by name, on a connection pool, a connection or a transaction.
type Queries struct {
	on    Connection
	store *Store
	// stream is that of a session; it is a parameter of every statement, as the store's id is.
	stream string
}

// Args are the named parameters of a statement. A time is bound as text in UTC, and a list of texts as one value.
type Args map[string]any

// Conn returns what the statements are run on.
func (q Queries) Conn() Connection { return q.on }

// Exec runs a statement and returns how many rows it wrote.
func (q Queries) Exec(ctx context.Context, name string, args Args) (int64, error) {
	text, values, err := q.bind(name, args)
	if err != nil {
		return 0, err
	}
	end := model.Begin(ctx, name)
	res, err := q.on.ExecContext(ctx, text, values...)
	if err != nil {
		return 0, err
	}
	wrote, err := res.RowsAffected()
	end(int(wrote))
	return wrote, err
}

// Select reads all rows of a query.
func (q Queries) Select(ctx context.Context, into any, name string, args Args) error {
	text, values, err := q.bind(name, args)
	if err != nil {
		return err
	}
	end := model.Begin(ctx, name)
	err = sqlx.SelectContext(ctx, q.on, into, text, values...)
	end(reflect.Indirect(reflect.ValueOf(into)).Len())
	return err
}

// Get reads the one row of a query. The error is sql.ErrNoRows where there is none.
func (q Queries) Get(ctx context.Context, into any, name string, args Args) error {
	text, values, err := q.bind(name, args)
	if err != nil {
		return err
	}
	end := model.Begin(ctx, name)
	err = sqlx.GetContext(ctx, q.on, into, text, values...)
	end(1)
	return err
}

// rows begins to read the rows of a query one by one.
func (q Queries) rows(ctx context.Context, name string, args Args) (*sqlx.Rows, error) {
	text, values, err := q.bind(name, args)
	if err != nil {
		return nil, err
	}
	end := model.Begin(ctx, name)
	rows, err := q.on.QueryxContext(ctx, text, values...)
	end(-1)
	return rows, err
}

// bind returns a statement's text and the values of its placeholders.
func (q Queries) bind(name string, args Args) (string, []any, error) {
	s, err := q.store.statements.get(name)
	if err != nil {
		return "", nil, err
	}
	values := make([]any, len(s.params))
	for i, param := range s.params {
		value, known := args[param]
		switch param {
		case "store_id":
			value, known = q.store.id, true
		case "stream":
			if !known {
				value, known = q.stream, true
			}
		}
		if !known {
			return "", nil, fmt.Errorf("statement %s: parameter %s is missing", name, param)
		}
		switch v := value.(type) {
		case time.Time:
			value = v.UTC().Format(timeFormat)
		case []string:
			value = q.store.traits.BindList(v)
		}
		values[i] = value
	}
	return s.text, values, nil
}

func isNone(err error) bool { return errors.Is(err, sql.ErrNoRows) }
