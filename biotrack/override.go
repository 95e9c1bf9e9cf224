package biotrack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Override lets the result of a SELECT stand in for one of the tables, for a server whose layout differs. It has to return the columns that
// the table is read by, under their names, and xmin: that of the row whose change is to be seen. It is tried at once; the error is an
// OverrideError where it does not.
func (s *Source) Override(ctx context.Context, table, query string) error {
	if _, known := needs[table]; !known {
		return &OverrideError{Table: table, Problem: "is no table that is read"}
	}
	query = strings.TrimSuffix(strings.TrimSpace(query), ";")
	types, err := s.columnsOf(ctx, query)
	if err != nil {
		return &OverrideError{Table: table, Problem: "does not run", Err: err}
	}
	var missing []string
	for _, column := range slices.Concat(needs[table], []string{"xmin"}) {
		if _, there := types[column]; !there {
			missing = append(missing, column)
		}
	}
	if len(missing) > 0 {
		return &OverrideError{Table: table, Problem: "does not return " + strings.Join(missing, ", ")}
	}
	s.columns = maps.Clone(s.columns)
	s.columns[table] = types
	if s.overrides == nil {
		s.overrides = make(map[string]string)
	}
	s.overrides[table] = query
	return nil
}

// columnsOf returns the type name of each column that a SELECT returns.
func (s *Source) columnsOf(ctx context.Context, query string) (map[string]string, error) {
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

// OverrideError says that a SELECT cannot stand in for a table.
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

// Hint returns the remedy.
func (e *OverrideError) Hint() string {
	columns, known := needs[e.Table]
	if !known {
		return "the tables are " + strings.Join(slices.Sorted(maps.Keys(needs)), ", ")
	}
	return "let it be one SELECT that returns " + strings.Join(columns, ", ") + " and xmin; and the columns that not every server has, such as location, where this one has them"
}
