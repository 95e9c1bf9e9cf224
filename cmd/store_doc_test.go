package cmd_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestStoreDoc holds docs/store.md against the tables that a migration makes: it has each table and each column, and no
// other.
func TestStoreDoc(t *testing.T) {
	s := newShop(t, shop.SQLite, t.TempDir())
	s.run(0, "migrate")
	text, err := os.ReadFile("../docs/store.md")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("`(\\w+)`")
	told := make(map[string][]string)
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		table, rest, _ := strings.Cut(section, "\n")
		for line := range strings.Lines(rest) {
			cells := strings.SplitN(line, "|", 3)
			if len(cells) < 3 {
				continue
			}
			for _, column := range name.FindAllStringSubmatch(cells[1], -1) {
				told[table] = append(told[table], column[1])
			}
		}
		slices.Sort(told[table])
		told[table] = slices.Compact(told[table])
	}
	made := make(map[string][]string)
	for _, row := range s.store.Rows(`SELECT m.name, c.name FROM sqlite_schema m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'blackbird_migrations' ORDER BY 1, 2`) {
		made[string(row[0])] = append(made[string(row[0])], string(row[1]))
	}
	for table, columns := range made {
		if !slices.Equal(told[table], columns) {
			t.Errorf("docs/store.md tells of %s %v\nand it has %v", table, told[table], columns)
		}
		delete(told, table)
	}
	for table := range told {
		t.Errorf("docs/store.md tells of %s, which is no table", table)
	}
}
