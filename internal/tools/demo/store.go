package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the store's driver
)

// storeFile is the store's name in the state folder.
const storeFile = "blackbird.db"

// store is the embedded store, opened to be looked at and not written.
type store struct{ db *sqlx.DB }

// openStore opens the store between two rounds. It is closed again before the next one, so that nothing stands in its way.
func openStore(state string) (*store, error) {
	path, err := filepath.Abs(filepath.Join(state, storeFile))
	if err != nil {
		return nil, fmt.Errorf("find the store: %w", err)
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return &store{sqlx.NewDb(db, "sqlite3")}, nil
}

// rows reads all rows of a query.
func rows[T any](ctx context.Context, s *store, query string, args ...any) (all []T, err error) {
	if err = s.db.SelectContext(ctx, &all, query, args...); err != nil {
		err = fmt.Errorf("read the store: %w", err)
	}
	return all, err
}

// snapshot is what the demo compares before and after a round.
type snapshot struct {
	menu     menu
	balances []balance
	rejects  []refused
	tables   []digest
	lastPass int64
}

// look opens the store, reads a snapshot and whatever else the reader wants, and closes it.
func look(ctx context.Context, state string, more func(*store, *snapshot) error) (_ *snapshot, err error) {
	s, err := openStore(state)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.db.Close()) }()
	shot := &snapshot{}
	if shot.menu, err = s.menu(ctx); err != nil {
		return nil, err
	}
	if shot.balances, err = s.balances(ctx); err != nil {
		return nil, err
	}
	if shot.rejects, err = s.rejects(ctx); err != nil {
		return nil, err
	}
	if shot.tables, err = s.digests(ctx); err != nil {
		return nil, err
	}
	ids, err := rows[int64](ctx, s, `SELECT max(pass_id) FROM passes`)
	if err != nil {
		return nil, err
	}
	shot.lastPass = ids[0]
	return shot, more(s, shot)
}

// content lists the tables that a pass without changes must leave alone. The log of passes is not among them.
var content = []string{"customers", "orders", "products", "points_ledger", "points_balances", "rejects"}

// digest stands for all that a table holds.
type digest struct {
	table string
	rows  int
	sum   [sha256.Size]byte
}

// digests reads every column of every row, times of change included.
func (s *store) digests(ctx context.Context) ([]digest, error) {
	var all []digest
	for _, table := range content {
		d, err := s.digest(ctx, table)
		if err != nil {
			return nil, fmt.Errorf("read table %s: %w", table, err)
		}
		all = append(all, d)
	}
	return all, nil
}

func (s *store) digest(ctx context.Context, table string) (digest, error) {
	d := digest{table: table}
	found, err := s.db.QueryxContext(ctx, `SELECT * FROM `+table+` ORDER BY 1, 2, 3, 4`)
	if err != nil {
		return d, err
	}
	defer found.Close()
	var sum bytes.Buffer
	for ; found.Next(); d.rows++ {
		values, err := found.SliceScan()
		if err != nil {
			return d, err
		}
		fmt.Fprintf(&sum, "%#v\n", values)
	}
	d.sum = sha256.Sum256(sum.Bytes())
	return d, found.Err()
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
