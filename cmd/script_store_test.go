package cmd_test

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/lib/pq"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// cmdStore does something in the store.
//
//	store sql STATEMENT    runs a statement as the store's owner, and prints its rows with a bar between the cells
//	store hold STATEMENT   begins a transaction that writes, runs a statement in it, and keeps it open
//	store rollback         ends that transaction
//	store blocked N        waits until N of the program's sessions wait for a lock there (PostgreSQL alone tells)
func cmdStore(ts *testscript.TestScript, s *fixture, args []string) (err error) {
	if len(args) == 0 {
		return errUsage
	}
	statement := strings.Join(args[1:], " ")
	switch args[0] {
	case "sql":
		return s.inStore(func(db *sql.DB) error {
			rows, err := texts(db, statement)
			fmt.Fprintln(ts.Stdout(), strings.Join(rows, "\n"))
			return err
		})
	case "hold":
		s.storeHeld, err = s.holdStore(statement)
		return err
	case "rollback":
		return s.storeHeld.end("ROLLBACK")
	case "blocked":
		return blocked(s.store.URL, statement)
	}
	return errUsage
}

func (s *fixture) holdStore(statement string) (*held, error) {
	if s.store.Kind != shop.SQLite {
		return hold(s.tb.Context(), "postgres", s.store.URL, "BEGIN", statement)
	}
	return hold(s.tb.Context(), "sqlite", s.store.Address(), "BEGIN IMMEDIATE", statement)
}

// texts reads a query's rows, each as one line; NULL is empty.
func texts(db *sql.DB, query string) ([]string, error) {
	rows, err := db.Query(query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	cells, targets := make([]sql.NullString, len(columns)), make([]any, len(columns))
	for i := range cells {
		targets[i] = &cells[i]
	}
	var lines []string
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, err
		}
		line := make([]string, len(cells))
		for i, cell := range cells {
			line[i] = cell.String
		}
		lines = append(lines, strings.Join(line, "|"))
	}
	return lines, rows.Err()
}

// isNoTable reports whether a query failed for a table that is not there yet.
func isNoTable(err error) bool {
	return pq.As(err, "42P01") != nil || err != nil && strings.Contains(err.Error(), "no such table")
}

// unreachable reports whether a database that a script did away with was the reason of an error.
func unreachable(err error) bool {
	var refused *pq.Error
	return errors.As(err, &refused) && refused.Code == "3D000"
}
