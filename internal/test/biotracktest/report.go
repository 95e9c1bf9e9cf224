package biotracktest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/lib/pq"
)

// reported is what a report of `inspect report` says of relations.
type reported struct {
	Relations []struct {
		Name, Schema string
		Columns      []struct {
			Name, Type string
			NotNull    bool `json:"not_null"`
		}
		Indexes []struct {
			Name, Definition string
			Primary          bool
		}
	}
}

// CreateReported creates the tables of a report that `inspect report` has written, in an empty database: with the
// columns, types, keys and indexes of the server that it is of. Views become tables, too.
func CreateReported(ctx context.Context, db *sql.DB, report []byte) error {
	var r reported
	if err := json.Unmarshal(report, &r); err != nil {
		return fmt.Errorf("parse report: %w", err)
	}
	var statements []string
	for _, relation := range r.Relations {
		schema := pq.QuoteIdentifier(relation.Schema)
		table := schema + "." + pq.QuoteIdentifier(relation.Name)
		var columns []string
		for _, c := range relation.Columns {
			column := pq.QuoteIdentifier(c.Name) + " " + c.Type
			if c.NotNull {
				column += " NOT NULL"
			}
			columns = append(columns, column)
		}
		statements = append(statements, "CREATE SCHEMA IF NOT EXISTS "+schema,
			fmt.Sprintf("CREATE TABLE %s (%s)", table, strings.Join(columns, ", ")))
		for _, index := range relation.Indexes {
			statements = append(statements, index.Definition)
			if index.Primary {
				statements = append(statements, fmt.Sprintf("ALTER TABLE %s ADD PRIMARY KEY USING INDEX %s", table,
					pq.QuoteIdentifier(index.Name)))
			}
		}
	}
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("create reported tables: %s: %w", statement, err)
		}
	}
	return nil
}
