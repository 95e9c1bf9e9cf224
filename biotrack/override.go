package biotrack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Override replaces one of the tables by the result of a SELECT, for a server whose layout differs. It has to
// return the columns that the table is read by, under their names, and xmin: that of the row whose change is to be
// seen. It is tried at once; the error is an OverrideError where it does not.
func (s *Source) Override(ctx context.Context, table, query string) error {
	info, ok := describe(table)
	if !ok || len(info.Streams) == 0 {
		return &OverrideError{Table: table, Problem: "is no table that is read"}
	}
	query = strings.TrimSuffix(strings.TrimSpace(query), ";")
	types, err := s.typesOf(ctx, query)
	if err != nil {
		return &OverrideError{Table: table, Problem: "does not run", Err: err}
	}
	var missing []string
	for _, column := range append(info.required(), "xmin") {
		if _, ok := types[column]; !ok {
			missing = append(missing, column)
		}
	}
	if len(missing) > 0 {
		return &OverrideError{Table: table, Problem: "does not return " + strings.Join(missing, ", ")}
	}
	s.layout.types[table], s.layout.overrides[table] = types, query
	return nil
}

// typesOf returns the type name of each column that a SELECT returns.
func (s *Source) typesOf(ctx context.Context, query string) (map[string]string, error) {
	// The line's end ends a comment that the query may end with.
	rows, err := s.db.QueryContext(ctx, "SELECT * FROM ("+query+"\n) q LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	types := make(map[string]string)
	for _, c := range columns {
		types[c.Name()] = strings.ToLower(c.DatabaseTypeName())
	}
	return types, rows.Err()
}

// OverrideError is a SELECT that cannot replace a table.
type OverrideError struct {
	Table   string
	Problem string
	Err     error
}

func (e *OverrideError) Error() string {
	text := fmt.Sprintf("the SELECT in the place of table %s %s", e.Table, e.Problem)
	if e.Err != nil {
		text += ": " + model.ErrorText(e.Err)
	}
	return text
}

// Unwrap returns the cause, if there is one.
func (e *OverrideError) Unwrap() error { return e.Err }

// Hint returns what the SELECT has to be.
func (e *OverrideError) Hint() string {
	info, ok := describe(e.Table)
	if !ok || len(info.Streams) == 0 {
		var names []string
		for _, t := range tables {
			if len(t.Streams) > 0 {
				names = append(names, t.Name)
			}
		}
		slices.Sort(names)
		return "the tables are " + strings.Join(names, ", ")
	}
	return "write one SELECT that returns " + strings.Join(info.required(), ", ") +
		" and xmin; and the columns that not every server has, such as location, where this one has them"
}
