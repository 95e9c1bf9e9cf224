package blackbird

import (
	"context"
	_ "embed"
	"path/filepath"
	"strings"

	"github.com/jmoiron/sqlx"
)

//go:embed sql/indexes_sqlite.sql
var sqliteIndexSQL string

// deferredIndexes are those that sqliteIndexSQL makes.
const deferredIndexes = "'orders_customer', 'orders_pass'"

// unindex takes the indexes off that a first pass would write all over, page by page, for each batch: to build them at its end takes a tenth
// of that.
func (sqliteDialect) unindex(ctx context.Context, conn *sqlx.Conn) error {
	var filled bool
	if err := conn.GetContext(ctx, &filled, `SELECT EXISTS (SELECT 1 FROM orders)`); err != nil || filled {
		return err
	}
	for _, statement := range []string{`DROP INDEX IF EXISTS orders_customer`, `DROP INDEX IF EXISTS orders_pass`} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// index builds what is missing. It sorts in a file beside the database, in little memory: what else SQLite keeps in files for a while it
// keeps in memory here, for a container may have no other folder to write to.
func (d sqliteDialect) index(ctx context.Context, conn *sqlx.Conn) (made bool, err error) {
	var missing bool
	err = conn.GetContext(ctx, &missing, `SELECT count(*) < 2 FROM sqlite_master WHERE type = 'index' AND name IN (`+deferredIndexes+`)`)
	if err != nil || !missing {
		return false, err
	}
	folder := strings.ReplaceAll(filepath.Dir(d.path), "'", "''")
	statements := []string{"PRAGMA temp_store_directory = '" + folder + "'", "PRAGMA temp_store = FILE"}
	statements = append(statements, strings.Split(bare(sqliteIndexSQL), ";")...)
	for _, statement := range append(statements, "PRAGMA temp_store = MEMORY") {
		if _, err := conn.ExecContext(ctx, strings.TrimSpace(statement)); err != nil {
			return true, err
		}
	}
	return true, nil
}
