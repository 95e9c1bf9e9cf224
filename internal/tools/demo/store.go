package main

import (
	"net/url"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // the store's driver

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
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
	tables   shop.Dump
	lastPass int64
}

// look opens the store, reads a snapshot, calls more, and closes the store.
func look(p page, state string, more func(store, *snapshot)) *snapshot {
	s := openStore(p, state)
	defer s.db.Close()
	shot := &snapshot{menu: s.menu(), balances: s.balances(), rejects: s.rejects(),
		tables: shop.EmbeddedStore(p, state).Dump()}
	shot.lastPass = rows[int64](s, `SELECT max(pass_id) FROM passes`)[0]
	more(s, shot)
	return shot
}

// changedTables names the tables that differ in any column of any row.
func changedTables(before, after shop.Dump) []string {
	return slices.DeleteFunc(slices.Clone(shop.Tables), func(table string) bool {
		return reflect.DeepEqual(before[table], after[table])
	})
}
