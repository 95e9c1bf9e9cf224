package biotrack

import (
	"context"
	"database/sql"
	"embed"
	"reflect"
	"strings"
	stdsync "sync"
	"text/template"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// queries returns the package's statements, by the names of their files, parsed at the first use: not every command
// reads BioTrack.
var queries = stdsync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(sqlFiles, "sql/*.sql"))
})

// render writes a statement for data: nil, a Layout, or what has one.
func render(statements *template.Template, name string, data any) (string, error) {
	var query strings.Builder
	err := statements.ExecuteTemplate(&query, name, data)
	return query.String(), err
}

// selectRows reads all rows of a statement into dest, a slice.
func selectRows(ctx context.Context, in sqlx.QueryerContext, dest any, name string, data any, args ...any) error {
	query, err := render(queries(), name, data)
	if err != nil {
		return err
	}
	end := model.Begin(ctx, name)
	err = sqlx.SelectContext(ctx, in, dest, query, args...)
	end(reflect.Indirect(reflect.ValueOf(dest)).Len())
	return err
}

// getRow reads the one row of a statement into dest.
func getRow(ctx context.Context, in sqlx.QueryerContext, dest any, name string, data any, args ...any) error {
	query, err := render(queries(), name, data)
	if err != nil {
		return err
	}
	end := model.Begin(ctx, name)
	err = sqlx.GetContext(ctx, in, dest, query, args...)
	end(1)
	return err
}

// eachRow calls scan with each row of a statement. An error of scan is returned as it is, any other as an Error of op.
func eachRow(
	ctx context.Context, in sqlx.QueryerContext, op, name string, data any, args []any, scan func(*sql.Rows) error,
) error {
	query, err := render(queries(), name, data)
	if err != nil {
		return wrap(op, err)
	}
	end, count := model.Begin(ctx, name), 0
	rows, err := in.QueryContext(ctx, query, args...)
	if err != nil {
		return wrap(op, err)
	}
	defer rows.Close()
	defer func() { end(count) }()
	for ; rows.Next(); count++ {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return wrap(op, rows.Err())
}

// Select reads all rows of a statement of the caller's own, written for data, into dest, a slice, in one short
// transaction. Any error is an Error of op.
func (s *Source) Select(
	ctx context.Context, op string, dest any, statements *template.Template, name string, data any, args ...any,
) error {
	query, err := render(statements, name, data)
	if err != nil {
		return wrap(op, err)
	}
	return s.read(ctx, op, func(tx *sqlx.Tx) error {
		end := model.Begin(ctx, name)
		err := tx.SelectContext(ctx, dest, query, args...)
		end(reflect.Indirect(reflect.ValueOf(dest)).Len())
		return wrap(op, err)
	})
}
