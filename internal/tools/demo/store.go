package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the store's driver
)

// storeFile is the store's name in the state folder.
const storeFile = "blackbird.db"

// store is the embedded store, opened for reading.
type store struct {
	page
	db *sqlx.DB
}

// openStore opens the store between two rounds. It is closed again before the next one, so that it is in no pass's way.
func openStore(p page, state string) store {
	path, err := filepath.Abs(filepath.Join(state, storeFile))
	p.Check(err)
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}
	db, err := sqlx.Open("sqlite", u.String())
	p.Check(err)
	return store{p, db}
}

// rows reads all rows of a query.
func rows[T any](s store, query string, args ...any) (all []T) {
	if err := s.db.SelectContext(s.Context(), &all, query, args...); err != nil {
		s.Fatalf("read the store: %w", err)
	}
	return all
}

// snapshot is what the demo compares before and after a round.
type snapshot struct {
	menu     menu
	balances []balance
	rejects  []rejected
	tables   []digest
	lastPass int64
}

// look opens the store, reads a snapshot, calls more, and closes the store.
func look(p page, state string, more func(store, *snapshot)) *snapshot {
	s := openStore(p, state)
	defer s.db.Close()
	shot := &snapshot{menu: s.menu(), balances: s.balances(), rejects: s.rejects()}
	for _, table := range content {
		shot.tables = append(shot.tables, s.digest(table))
	}
	shot.lastPass = rows[int64](s, `SELECT max(pass_id) FROM passes`)[0]
	more(s, shot)
	return shot
}

// content lists the tables that a pass without changes must leave alone. The log of passes is not among them.
var content = []string{"customers", "orders", "products", "points_ledger", "points_balances", "rejects"}

// digest stands for all that a table holds.
type digest struct {
	table string
	rows  int
	sum   [sha256.Size]byte
}

// digest reads every column of every row, times of change included.
func (s store) digest(table string) digest {
	d := digest{table: table}
	found, err := s.db.QueryxContext(s.Context(), `SELECT * FROM `+table+` ORDER BY 1, 2, 3, 4`)
	s.Check(err)
	defer found.Close()
	var sum bytes.Buffer
	for ; found.Next(); d.rows++ {
		values, err := found.SliceScan()
		s.Check(err)
		fmt.Fprintf(&sum, "%#v\n", values)
	}
	s.Check(found.Err())
	d.sum = sha256.Sum256(sum.Bytes())
	return d
}

// changedTables names the tables that differ.
func changedTables(before, after []digest) []string {
	var changed []string
	for _, d := range after {
		if !slices.Contains(before, d) {
			changed = append(changed, d.table)
		}
	}
	return changed
}
