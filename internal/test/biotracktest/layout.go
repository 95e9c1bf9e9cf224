package biotracktest

import (
	"context"
	"database/sql"
	"embed"
	"fmt"

	"github.com/lib/pq"
)

//go:embed ddl
var ddl embed.FS

// Layout is one of the forms that the tables of the point of sale come in.
type Layout string

const (
	// Layout2015 is the older one: ids of varying length, barcodes as text.
	Layout2015 Layout = "2015"
	// LayoutAudited is the newer one: ids padded with blanks, barcodes as numbers, audit columns.
	LayoutAudited Layout = "audited"
)

// Layouts lists all layouts.
func Layouts() []Layout { return []Layout{Layout2015, LayoutAudited} }

// Create creates the tables of a layout in an empty database.
func Create(ctx context.Context, db *sql.DB, layout Layout) error {
	text, err := ddl.ReadFile("ddl/" + string(layout) + ".sql")
	if err != nil {
		return fmt.Errorf("read layout %q: %w", layout, err)
	}
	if _, err := db.ExecContext(ctx, string(text)); err != nil {
		return fmt.Errorf("create tables of layout %s: %w", layout, err)
	}
	return nil
}

// GrantReader makes sure that a role exists which may log in and read every table of the database, and nothing else:
// the role that an operator gives to blackbirdctl.
func GrantReader(ctx context.Context, db *sql.DB, role string) error {
	name := pq.QuoteIdentifier(role)
	// Roles belong to the whole server, so that another test may create the same one at this moment.
	create := `DO $$ BEGIN CREATE ROLE ` + name +
		` LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`
	for _, statement := range []string{
		create,
		`GRANT USAGE ON SCHEMA public TO ` + name,
		`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ` + name,
	} {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("grant reading to role %s: %w", role, err)
		}
	}
	return nil
}
