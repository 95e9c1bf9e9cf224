package inspect

import (
	"context"
	"embed"
	"strings"
	"text/template"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

//go:embed sql/*.sql
var sqlFiles embed.FS

// queries are the package's statements, by the names of their files.
var queries = template.Must(template.ParseFS(sqlFiles, "sql/*.sql"))

// countQuery is the data of counts.sql.
type countQuery struct {
	biotrack.Layout
	Table string
}

// selectRows reads all rows of a statement, written for data, into dest, a slice.
func selectRows(ctx context.Context, s *biotrack.Source, dest any, name string, data any, args ...any) error {
	var query strings.Builder
	if err := queries.ExecuteTemplate(&query, name, data); err != nil {
		return err
	}
	return s.Select(ctx, dest, query.String(), args...)
}
