package cmd_test

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// memory is everything that the program has written, by table and file.
type memory map[string]string

// cmdRemember notes every row of the store, with the transaction that wrote it where the database tells, and every
// watermark file.
//
//	remember [NAME]
func cmdRemember(_ *testscript.TestScript, s *fixture, args []string) error {
	m, err := s.memory()
	s.memories[strings.Join(args, " ")] = m
	return err
}

// cmdUnchanged requires that everything is as it was remembered, to the byte; but for a list of tables, or of streams'
// watermark files.
//
//	unchanged [NAME] [--but LIST]
func cmdUnchanged(_ *testscript.TestScript, s *fixture, args []string) error {
	var but []string
	if n := len(args); n >= 2 && args[n-2] == "--but" {
		but, args = strings.Split(args[n-1], ","), args[:n-2]
	}
	if slices.Contains(but, "passes") {
		// Each pass notes its source as it begins.
		but = append(but, "sources")
	}
	before, known := s.memories[strings.Join(args, " ")]
	if !known {
		return errUsage
	}
	after, err := s.memory()
	if err != nil {
		return err
	}
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(union(before, after))) {
		if before[name] != after[name] && !slices.Contains(but, name) {
			changed = append(changed, fmt.Sprintf("%s changed:\n%s", name, difference(before[name], after[name])))
		}
	}
	if len(changed) > 0 {
		return errors.New(strings.Join(changed, "\n"))
	}
	return nil
}

func union(a, b memory) memory {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// difference lists the lines that only one of two texts has, the first ones.
func difference(before, after string) string {
	const most = 10
	was, is := strings.Split(before, "\n"), strings.Split(after, "\n")
	var lines []string
	for _, side := range []struct {
		sign      string
		has, lack []string
	}{{"-", was, is}, {"+", is, was}} {
		for _, line := range side.has {
			if !slices.Contains(side.lack, line) && len(lines) < most {
				lines = append(lines, side.sign+line)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// storeTables are all tables of a store.
func storeTables() []string {
	return []string{
		"customers", "orders", "products", "points_ledger", "points_balances", "passes", "rejects", "sources",
		"points_programs", "forgotten_customers",
	}
}

const noTable = "(no table)"

func (s *fixture) memory() (memory, error) {
	m := make(memory)
	// A row that was written again, even to what it was, has another xmin in PostgreSQL; in SQLite, a row that was
	// replaced has another rowid.
	query := "SELECT xmin, t.* FROM %s t"
	if s.store.Kind == shop.SQLite {
		query = "SELECT rowid, t.* FROM %s t"
	}
	err := s.inStore(func(db *sql.DB) error {
		for _, table := range storeTables() {
			lines, err := texts(db, fmt.Sprintf(query, table))
			if isNoTable(err) {
				lines, err = []string{noTable}, nil
			}
			if err != nil {
				return err
			}
			slices.Sort(lines)
			m[table] = strings.Join(lines, "\n")
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		for _, table := range storeTables() {
			m[table] = noTable
		}
		err = nil
	}
	return m, errors.Join(err, s.rememberWatermarks(m))
}

func (s *fixture) rememberWatermarks(m memory) error {
	paths, err := filepath.Glob(filepath.Join(s.store.Folder, "*", "*.watermark.json"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name := filepath.Base(path)
		if folder := filepath.Base(filepath.Dir(path)); folder != "default" {
			name = folder + "/" + name
		}
		m[name] = string(text)
	}
	return nil
}

// cmdSameCounts requires that two files hold results with the same counts.
//
//	samecounts FILE FILE
func cmdSameCounts(ts *testscript.TestScript, _ *fixture, args []string) error {
	if len(args) != 2 {
		return errUsage
	}
	_, one, _ := strings.Cut(ts.ReadFile(args[0]), ": read ")
	_, other, _ := strings.Cut(ts.ReadFile(args[1]), ": read ")
	// What there is to notice, a dry run cannot know.
	if other, _, _ = strings.Cut(other, "orders: notices:"); one == "" || one != other {
		return fmt.Errorf("counts differ:\n%s%s", one, other)
	}
	return nil
}
