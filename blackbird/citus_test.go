package blackbird

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// citusScript is what an operator runs on a coordinator.
const citusScript = "../deploy/citus.sql"

// TestCitusScriptIsWhole: what the migrations make is distributed, and nothing else; customers first, for the others
// lie beside it.
func TestCitusScriptIsWhole(t *testing.T) {
	made := allMatches(t, "postgres/migrations/*.sql", `CREATE TABLE (\w+)`)
	distributed := allMatches(t, citusScript, `create_distributed_table\('(\w+)'`)
	if distributed[0] != "customers" {
		t.Errorf("first is %s", distributed[0])
	}
	if slices.Sort(made); !slices.Equal(made, slices.Sorted(slices.Values(distributed))) {
		t.Errorf("migrations make %v, and %s distributes %v", made, citusScript, distributed)
	}
	for _, table := range distributed {
		if asked := allMatches(t, citusScript, `CAST\('(`+table+`)' AS regclass\)`); len(asked) != 1 {
			t.Errorf("%s is not left alone where it is distributed", table)
		}
	}
}

// allMatches are the pattern's first groups in some files.
func allMatches(t *testing.T, files, pattern string) (found []string) {
	t.Helper()
	for _, text := range texts(t, files) {
		for _, match := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			found = append(found, match[1])
		}
	}
	return found
}

func texts(t *testing.T, files string) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(files)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s: %v", files, err)
	}
	all := make(map[string]string)
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = string(text)
	}
	return all
}

// citusStatements are all that may be sent to a Citus coordinator, each by its name, or by the Go file that it stands
// in. What creates temporary tables is not: the coordinator keeps those to itself.
func citusStatements(t *testing.T) map[string]string {
	t.Helper()
	s, err := newStatements(os.DirFS("postgres"), "postgres")
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]string)
	files := texts(t, "sql/*.sql")
	maps.Copy(files, texts(t, "postgres/sql/*.sql"))
	for file := range files {
		name := strings.TrimSuffix(file, ".sql")
		if name == "fragments" || name == "dialect" || strings.HasPrefix(name, "stage_") {
			continue
		}
		// A statement that is derived from a table's description cannot be rendered without one.
		names := []string{name}
		if _, err := s.render(name); err != nil {
			names = []string{customersTable.Statement(name), ordersTable.Statement(name)}
		}
		for _, name := range names {
			if all[name], err = s.render(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, files := range []string{"*.go", "postgres/*.go"} {
		for name, text := range texts(t, files) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for i, statement := range inline(t, text) {
				all[name+" "+strconv.Itoa(i)] = statement
			}
		}
	}
	return all
}

// inline are the strings of a Go file that name a table as SQL does.
func inline(t *testing.T, text string) (found []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if value, _ := strconv.Unquote(literal.Value); namesTable.MatchString(value) {
				found = append(found, value)
			}
		}
		return true
	})
	return found
}

// acrossStores are the statements that are meant to read all stores' rows: they name none, and join by store_id.
var acrossStores = []string{"duplicates", "sources_twin"}

// TestStatementsOnCitus holds every statement to what Citus takes, and to what it takes without fetching a store's
// rows.
func TestStatementsOnCitus(t *testing.T) {
	all := citusStatements(t)
	if len(all) < 60 {
		t.Fatalf("only %d statements were found", len(all))
	}
	for where, statement := range all {
		found := faults(statement)
		if !slices.Contains(acrossStores, where) {
			found = append(found, astray(statement)...)
		} else if strings.Contains(statement, "JOIN") && !strings.Contains(statement, "b.store_id = c.store_id") {
			found = append(found, "tables are not joined by store_id")
		}
		for _, fault := range found {
			t.Errorf("%s: %s", where, fault)
		}
	}
}

// TestFaultsAreFound gives the rules what they are there to refuse.
func TestFaultsAreFound(t *testing.T) {
	for _, tt := range []struct{ statement, want string }{
		{
			"SELECT 1 FROM orders o WHERE o.store_id = :store_id",
			"",
		},
		{
			"SELECT 1 FROM orders o WHERE o.order_id = :id",
			"orders o is not kept to its store",
		},
		{
			"SELECT count(*) FROM orders WHERE order_id = :id",
			"orders is not kept to its store",
		},
		{
			"UPDATE orders SET status = 'x' FROM stage_out_of_scope m WHERE orders.order_id = m.key",
			"orders is not kept to its store",
		},
		{
			"DELETE FROM rejects WHERE row_key IN (:keys)",
			"rejects is not kept to its store",
		},
		{
			"SELECT 1 FROM orders o WHERE o.store_id = :store_id UNION SELECT 1 FROM orders o WHERE o.order_id = :id",
			"orders o is not kept to its store",
		},
		{
			"INSERT INTO rejects (row_key) VALUES (:row_key)",
			"rejects is given no store_id",
		},
		{
			"INSERT INTO rejects (store_id) VALUES ($1) ON CONFLICT (store_id) DO UPDATE SET last_seen = now()",
			"now() is not known to be harmless",
		},
		{
			"INSERT INTO rejects (store_id) VALUES ($1) ON CONFLICT (store_id) DO UPDATE SET last_seen = :now",
			"DO UPDATE holds more than columns",
		},
		{
			"INSERT INTO rejects (store_id) VALUES ($1) ON CONFLICT (store_id) DO UPDATE SET x = " +
				"CAST(excluded.x AS text)",
			"DO UPDATE holds more than columns",
		},
		{
			`SELECT 1 FROM customers c WHERE c.store_id = $1
			AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = c.customer_id)`,
			"a subquery on stage_keys depends on c",
		},
		{
			`UPDATE customers SET active = false WHERE store_id = $1
			AND NOT EXISTS (SELECT 1 FROM stage_keys k WHERE k.row_key = customers.customer_id)`,
			"a subquery on stage_keys depends on customers",
		},
		{
			`DELETE FROM stage_orders AS s
			WHERE (SELECT o.total = s.total FROM orders o WHERE o.store_id = $1 AND o.order_id = s.order_id)`,
			"a subquery depends on stage_orders",
		},
		{
			`SELECT s.order_id FROM stage_orders s
			LEFT JOIN orders o ON o.store_id = $1 AND o.order_id = s.order_id`,
			"orders is joined to a stage from outside",
		},
		{
			"MERGE INTO orders o USING stage_orders s ON o.store_id = $1",
			"MERGE",
		},
		{
			"SELECT record_out(ROW(1)) FROM passes WHERE store_id = $1",
			"record_out() is not known to be harmless",
		},
	} {
		if found := strings.Join(append(faults(tt.statement), astray(tt.statement)...), "; "); found != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.statement, found, tt.want)
		}
	}
}

const tableNames = `(?:customers|orders|products|points_(?:ledger|balances|programs)|passes|rejects|sources)`

var (
	namesTable = regexp.MustCompile(`\b(?:FROM|JOIN|UPDATE|INTO) ` + tableNames + `\b`)
	used       = regexp.MustCompile(`\b(?:FROM|JOIN|UPDATE) (` + tableNames + `|stage_\w+)\b(?:(?: AS)? ([a-z]\w*))?`)
	inserted   = regexp.MustCompile(`\bINSERT INTO (` + tableNames + `)(?: AS \w+)? \(([^)]*)\)`)
	updating   = regexp.MustCompile(`(?s)\bDO UPDATE\s+SET(.*?)(?:\bRETURNING\b|$)`)
	quoted     = regexp.MustCompile(`'[^']*'`)
	calls      = regexp.MustCompile(`\b(\w+)\(`)
	outside    = regexp.MustCompile(`\bFROM stage_\w+ \w+\s+LEFT JOIN (` + tableNames + `)\b`)
	columnOf   = regexp.MustCompile(`\b([a-z]\w*)\.[a-z]`)
	defined    = regexp.MustCompile(`\) ([a-z]\w*)`)
)

// harmless are the functions that statements on tables call: their result depends on their arguments alone. A statement
// that names no table is the coordinator's own.
var harmless = []string{
	"CAST", "COALESCE", "EXISTS", "IN", "ROW", "ANY", "VALUES", "OVER", "count", "sum", "min", "max", "numeric", "abs",
	"sign", "lower", "json_to_recordset", "unnest",
}

// faults are what Citus would refuse in a statement.
func faults(statement string) (found []string) {
	statement = quoted.ReplaceAllString(statement, "''")
	if strings.Contains(statement, "MERGE ") {
		found = append(found, "MERGE")
	}
	onTables := used.MatchString(statement) || inserted.MatchString(statement)
	for _, call := range calls.FindAllStringSubmatch(statement, -1) {
		if onTables && !slices.Contains(harmless, call[1]) {
			found = append(found, call[1]+"() is not known to be harmless")
		}
	}
	if set := updating.FindStringSubmatch(statement); found == nil && set != nil && strings.ContainsAny(set[1], "(:$") {
		found = append(found, "DO UPDATE holds more than columns")
	}
	for _, insert := range inserted.FindAllStringSubmatch(statement, -1) {
		if !strings.Contains(insert[2], "store_id") {
			found = append(found, insert[1]+" is given no store_id")
		}
	}
	for _, join := range outside.FindAllStringSubmatch(statement, -1) {
		found = append(found, join[1]+" is joined to a stage from outside")
	}
	return append(found, dependent(statement)...)
}

// astray finds tables of the store that no comparison keeps to one store: each mention needs one.
func astray(statement string) (found []string) {
	mentions := make(map[string]int)
	for _, table := range tablesOf(statement) {
		what, column := table.name, `(?:`+table.name+`\.)?`
		if table.alias != table.name {
			what, column = table.name+" "+table.alias, table.alias+`\.`
		}
		mentions[column]++
		kept := regexp.MustCompile(`(?:^|[\s(])` + column + `store_id = (?::store_id|\$1)`)
		if !strings.HasPrefix(table.name, "stage_") && len(kept.FindAllString(statement, -1)) < mentions[column] {
			found = append(found, what+" is not kept to its store")
		}
	}
	return found
}

type mention struct{ name, alias string }

// tablesOf are the tables that a statement reads or changes, and what it calls them.
func tablesOf(statement string) (all []mention) {
	for _, use := range used.FindAllStringSubmatch(statement, -1) {
		alias := use[2]
		if alias == "" {
			alias = use[1]
		}
		all = append(all, mention{use[1], alias})
	}
	return all
}

// dependent finds subqueries that ask a stage about a row from without, or anything about a row of a stage.
func dependent(statement string) (found []string) {
	for _, query := range subqueries(statement) {
		own := tablesOf(query)
		for _, column := range columnOf.FindAllStringSubmatch(query, -1) {
			outer := column[1]
			if slices.ContainsFunc(own, func(m mention) bool { return m.alias == outer }) ||
				slices.Contains(definedIn(query), outer) {
				continue
			}
			fault := ""
			for _, m := range own {
				if strings.HasPrefix(m.name, "stage_") {
					fault = "a subquery on " + m.name + " depends on " + outer
				}
			}
			for _, m := range tablesOf(statement) {
				if m.alias == outer && strings.HasPrefix(m.name, "stage_") {
					fault = "a subquery depends on " + m.name
				}
			}
			if fault != "" && !slices.Contains(found, fault) {
				found = append(found, fault)
			}
		}
	}
	return found
}

// definedIn are the names that a query gives to its subqueries.
func definedIn(query string) (names []string) {
	for _, match := range defined.FindAllStringSubmatch(query, -1) {
		names = append(names, match[1])
	}
	return names
}

// subqueries are the parts of a statement in parentheses that are queries.
func subqueries(statement string) (found []string) {
	var open []int
	for i, r := range statement {
		switch r {
		case '(':
			open = append(open, i)
		case ')':
			from := open[len(open)-1]
			open = open[:len(open)-1]
			if part := strings.TrimSpace(statement[from+1 : i]); strings.HasPrefix(part, "SELECT") {
				found = append(found, part)
			}
		}
	}
	return found
}
