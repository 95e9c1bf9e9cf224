package biotrack

import (
	"cmp"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestOptionalColumnsAreRead checks that each column which a server may lack is read by a query, through the
// description of its table.
func TestOptionalColumnsAreRead(t *testing.T) {
	t.Parallel()
	read := make(map[string]bool)
	column := regexp.MustCompile(`\.(?:Col|Num|Differ) "(\w+)" "\w+" "(\w+)"`)
	for _, files := range []string{"sql/*.sql", "inspect/sql/*.sql"} {
		for _, file := range must[[]string](t)(filepath.Glob(files)) {
			text := string(must[[]byte](t)(os.ReadFile(file)))
			for _, match := range column.FindAllStringSubmatch(text, -1) {
				read[match[1]+"."+match[2]] = true
			}
		}
	}
	for _, table := range []string{tableTickets, tableCustomers} {
		for _, c := range describe(table).Columns {
			read[table+"."+c.Name] = true
		}
	}
	for _, table := range Tables() {
		for _, c := range table.Columns {
			if name := table.Name + "." + c.Name; !c.Required() && !read[name] && c.Name != "location" {
				t.Errorf("no query reads %s", name)
			}
		}
	}
}

// TestAbsentColumns checks that whatever a column is used for, its default is read where a server lacks it.
func TestAbsentColumns(t *testing.T) {
	t.Parallel()
	got := must[string](t)(tableQuery{Table: tableTickets}.Columns("t"))
	for i, c := range describe(tableTickets).Columns {
		want := map[ColumnUse]string{UseKey: "CAST(CAST(NULL AS text) AS text)"}[c.Use]
		if want = cmp.Or(want, c.Default, "CAST(NULL AS text)"); strings.Split(got, ",\n    ")[i] != want {
			t.Errorf("%s: %s, want %s", c.Name, got, want)
		}
	}
}

func TestColumnsAreDescribed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"unheard", ""} {
		if value, err := (Layout{}).Col(tableTickets, "t", name); err == nil {
			t.Errorf("column %q is %s", name, value)
		}
	}
}

// TestKeyedQueries checks what the queries of keyed tables make of a table's description.
func TestKeyedQueries(t *testing.T) {
	t.Parallel()
	layout := Layout{
		types: map[string]map[string]Type{
			tableTickets: {
				"ticketserial": {Name: "int8"}, "price": {Name: "numeric"}, "tax": {Name: "float8"},
				"location": {Name: "int4"},
			},
			tableCustomers: {"customerid": {Name: "bpchar"}},
		},
		overrides: map[string]string{tableCustomers: "SELECT 1 -- all"},
	}
	tickets := tableQuery{Layout: layout, Table: tableTickets, Key: "ticketserial", Name: "id", Time: "datetime"}
	for _, part := range []string{
		"t.price,\n    CAST(t.tax AS text)", "COALESCE(t.location, 1)", "p.ticketserial > CAST($1 AS bigint)",
		"(SELECT 1 -- all\n) k",
		"AS bpchar)",
	} {
		if text := must[string](t)(render(queries(), "tickets.sql", tickets)); !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	customers := tableQuery{Layout: layout, Table: tableCustomers, Key: "customerid", Name: "customerid", ByKey: true}
	for _, part := range []string{"p.customerid = ANY (CAST($1 AS bpchar[]))", "CAST(c.customerid AS text)",
		"CAST(NULL AS text)"} {
		if text := must[string](t)(render(queries(), "customers.sql", customers)); !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
}
