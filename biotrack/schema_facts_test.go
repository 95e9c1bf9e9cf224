package biotrack

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// schema looks at the till as a new session of a role does.
func (s *till) schema(cfg pq.Config) *Schema {
	s.Helper()
	source, err := Open(s.Context(), cfg, nil, DefaultTimeouts())
	if err != nil {
		s.Fatal(err)
	}
	defer source.Close()
	return must[*Schema](s)(source.Schema(s.Context()))
}

// problems lists what is wrong with the tables.
func problems(schema *Schema) (all []string) {
	for _, table := range schema.Tables {
		if table.Problem != "" {
			all = append(all, table.Name+" "+table.Problem)
		}
	}
	return all
}

// statements lists the grants that the role lacks.
func lacking(schema *Schema) (all []string) {
	for _, g := range schema.Role.Lacks {
		all = append(all, g.Statement)
	}
	return all
}

// tooMuch lists what the role should not have, and its remedies.
func tooMuch(schema *Schema) (what, remedies []string) {
	for _, e := range schema.Role.Excess {
		what, remedies = append(what, e.What), append(remedies, e.Hint...)
	}
	return what, remedies
}

// modestRole is a role that may read and nothing else: before 15 every role may create tables in public.
func (s *till) modestRole() pq.Config {
	s.Helper()
	cfg := s.role()
	s.exec("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	return cfg
}

func TestSchema(t *testing.T) {
	t.Parallel()
	eachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := emptyTill(t, layout)
		cfg := s.modestRole()
		s.exec("INSERT INTO tickets (id) SELECT i FROM generate_series(1, 700) i; ANALYZE tickets")
		schema := s.schema(cfg)
		same(t, "problems", problems(schema), nil)
		same(t, "lacking", lacking(schema), nil)
		if what, _ := tooMuch(schema); len(what) > 0 {
			t.Errorf("a reader has too much: %q", what)
		}
		audited := layout == biotracktest.LayoutAudited
		if schema.Layout != (Layout{PaddedIDs: audited, AuditColumns: audited}) {
			t.Errorf("layout is %+v", schema.Layout)
		}
		if schema.Encoding != "UTF8" || schema.Standby || schema.Role.Name != cfg.User || schema.Database != s.value("SELECT current_database()") {
			t.Errorf("schema is %+v", schema)
		}
		for _, table := range schema.Tables {
			if table.Schema != "public" || len(table.AbsentColumns)+len(table.Oddities) > 0 {
				t.Errorf("table is %+v", table)
			}
			if table.Name == tableTickets && (table.Rows == nil || *table.Rows != 700) || table.Name == tableCustomers && table.Rows != nil {
				t.Errorf("%s has about %v rows", table.Name, table.Rows)
			}
		}
		if got := schema.Size(); got != SizeUnknown {
			t.Errorf("size is %s, and nobody has counted the customers", got)
		}
	})
}

func TestSchemaSize(t *testing.T) {
	for rows, want := range map[int64]string{0: SizeSmall, 99_998: SizeSmall, 100_000: SizeMedium, 1_999_999: SizeLarge} {
		one := int64(1)
		schema := Schema{Tables: []TableFacts{{Name: tableCustomers, Rows: &one}, {Name: tableTickets, Rows: &rows}, {Name: tableInventory}}}
		if got := schema.Size(); got != want {
			t.Errorf("%d tickets are %s, want %s", rows, got, want)
		}
	}
}

func TestSchemaWithoutEncoding(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015, pgtest.WithEncoding("SQL_ASCII"))
	s.exec(`DO $$ BEGIN EXECUTE E'CREATE SCHEMA "Z\xe9"; ALTER TABLE orgdata SET SCHEMA "Z\xe9"'; END $$`)
	schema := s.schema(s.modestRole())
	if last := schema.Tables[len(schema.Tables)-1]; schema.Encoding != "SQL_ASCII" || last.Schema != `"Zé"` {
		t.Errorf("%s, orgdata in %s", schema.Encoding, last.Schema)
	}
}

// TestSchemaLacks takes something from a role, runs what it is then said to lack, and looks again.
func TestSchemaLacks(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		take     string
		problems []string
		lacks    []string
	}{
		"nothing": {take: "SELECT 1"},
		"one table": {
			take:     "REVOKE SELECT ON tickets FROM ROLE",
			problems: []string{"tickets may not be read by the role"},
			lacks:    []string{"GRANT SELECT ON public.tickets TO ROLE"},
		},
		"some columns alone": {
			take:     "REVOKE SELECT ON memberdiscount FROM ROLE; GRANT SELECT (id, membername) ON memberdiscount TO ROLE",
			problems: []string{"memberdiscount may not be read by the role"},
			lacks:    []string{"GRANT SELECT ON public.memberdiscount TO ROLE"},
		},
		"tables for people": {
			take:     "REVOKE SELECT ON tickets, orgdata, locations, customers FROM ROLE",
			problems: []string{"customers may not be read by the role", "tickets may not be read by the role", "locations may not be read by the role", "orgdata may not be read by the role"},
			lacks:    []string{"GRANT SELECT ON public.customers, public.tickets TO ROLE", "GRANT SELECT ON public.locations, public.orgdata TO ROLE"},
		},
		"another schema": {
			take:     `CREATE SCHEMA "Back Office"; ALTER TABLE inventory SET SCHEMA "Back Office"; GRANT USAGE ON SCHEMA "Back Office" TO ROLE`,
			problems: []string{`inventory is in schema "Back Office", which is not in the search_path`},
			lacks:    []string{`ALTER ROLE ROLE IN DATABASE DB SET search_path = "$user", public, "Back Office"`},
		},
		"a sealed schema": {
			take: `CREATE SCHEMA back; ALTER TABLE products SET SCHEMA back; ALTER TABLE inventory SET SCHEMA back; REVOKE SELECT ON back.products FROM ROLE`,
			problems: []string{"products is in schema back, which the role may not use, and may not be read by the role",
				"inventory is in schema back, which the role may not use"},
			lacks: []string{"GRANT USAGE ON SCHEMA back TO ROLE", `ALTER ROLE ROLE IN DATABASE DB SET search_path = "$user", public, back`,
				"GRANT SELECT ON back.products TO ROLE"},
		},
		"an empty search_path": {
			take:  `ALTER ROLE ROLE IN DATABASE DB SET search_path = ''; CREATE SCHEMA old; CREATE TABLE old.tickets (id int)`,
			lacks: []string{"ALTER ROLE ROLE IN DATABASE DB SET search_path = public"},
		},
		"the public schema": {
			take:  "REVOKE ALL ON SCHEMA public FROM PUBLIC, ROLE",
			lacks: []string{"GRANT USAGE ON SCHEMA public TO ROLE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := emptyTill(t, biotracktest.Layout2015)
			cfg := s.modestRole()
			named := strings.NewReplacer("ROLE ROLE", "ROLE "+cfg.User, "TO ROLE", "TO "+cfg.User, "FROM ROLE", "FROM "+cfg.User,
				"PUBLIC, ROLE", "PUBLIC, "+cfg.User, "DATABASE DB", "DATABASE "+s.value("SELECT current_database()"))
			s.exec(named.Replace(tt.take))
			schema := s.schema(cfg)
			if tt.problems != nil {
				same(t, "problems", problems(schema), tt.problems)
			}
			var want []string
			for _, statement := range tt.lacks {
				want = append(want, named.Replace(statement))
			}
			same(t, "lacking", lacking(schema), want)
			if len(want) > 0 {
				s.exec(strings.Join(want, ";"))
			}
			again := s.schema(cfg)
			same(t, "problems left", problems(again), nil)
			same(t, "lacking still", lacking(again), nil)
		})
	}
}

// TestSchemaLacksIdentifier: to ask for the system identifier takes no right by default, and can be forbidden.
func TestSchemaLacksIdentifier(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	cfg := s.modestRole()
	if s.serverVersion() < controlFunctions {
		return
	}
	s.exec("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
	schema := s.schema(cfg)
	same(t, "lacking", lacking(schema), []string{"GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO " + cfg.User})
	if schema.Role.Lacks[0].Optional == "" || schema.SystemIdentifier != "" {
		t.Errorf("schema is %+v", schema)
	}
	s.exec(lacking(schema)[0])
	same(t, "lacking still", lacking(s.schema(cfg)), nil)
}

// TestSchemaExcess gives a role something, runs what is said to take it away, and looks again.
func TestSchemaExcess(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		give, what string
	}{
		"writes":          {"GRANT INSERT, UPDATE ON tickets, customers TO ROLE", "may INSERT, UPDATE on 2 tables of schema public"},
		"deletes":         {"GRANT DELETE, TRUNCATE ON sales TO ROLE", "may DELETE, TRUNCATE on a table of schema public"},
		"a column":        {"GRANT UPDATE (name) ON products TO ROLE", "may UPDATE on a table of schema public"},
		"everybody":       {"GRANT INSERT ON payments TO PUBLIC", "may INSERT on a table of schema public, as every role may"},
		"everybody makes": {"GRANT CREATE ON SCHEMA public TO PUBLIC", "may CREATE in schema public, as every role may"},
		"a schema":        {`CREATE SCHEMA "B B"; GRANT CREATE ON SCHEMA "B B" TO ROLE`, `may CREATE in schema "B B"`},
		"the database":    {"GRANT CREATE ON DATABASE DB TO ROLE", "may CREATE in database DB"},
		"attributes":      {"ALTER ROLE ROLE CREATEDB CREATEROLE", "may make roles or databases, or replicate"},
		"a membership":    {"GRANT DELETE ON tickets TO OTHER; GRANT OTHER TO ROLE", "may DELETE on a table of schema public, as a member of OTHER"},
		"an owner's membership": {"ALTER TABLE sales OWNER TO OTHER; GRANT OTHER TO ROLE",
			"owns a table of schema public, as a member of OTHER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := emptyTill(t, biotracktest.Layout2015)
			cfg := s.modestRole()
			other := s.otherRole()
			named := strings.NewReplacer("ROLE ROLE", "ROLE "+cfg.User, "TO ROLE", "TO "+cfg.User, "OTHER", other,
				"DATABASE DB", "DATABASE "+s.value("SELECT current_database()"), "database DB", "database "+s.value("SELECT current_database()"))
			s.exec(named.Replace(tt.give))
			what, remedies := tooMuch(s.schema(cfg))
			same(t, "too much", what, []string{named.Replace(tt.what)})
			s.exec(strings.Join(remedies, ";"))
			schema := s.schema(cfg)
			if what, _ := tooMuch(schema); len(what) > 0 {
				t.Errorf("after %q there is still %q", remedies, what)
			}
			same(t, "problems", problems(schema), nil)
		})
	}
}

// otherRole makes a role beside the reader.
func (s *till) otherRole() string {
	s.Helper()
	name := "o" + s.value("SELECT current_database()")
	s.exec("CREATE ROLE " + name)
	s.Cleanup(func() {
		// The test's own context has ended by now.
		if _, err := s.db.Exec(fmt.Sprintf("DROP OWNED BY %[1]s; DROP ROLE %[1]s", name)); err != nil {
			s.Error(err)
		}
	})
	return name
}

// TestSchemaOwner: what a role has by being what it is, no REVOKE takes away. It is told how to make another.
func TestSchemaOwner(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	what, remedies := tooMuch(s.schema(s.config()))
	same(t, "too much of a superuser", what, []string{"is a superuser"})
	for _, statement := range []string{"CREATE ROLE blackbird_reader LOGIN PASSWORD '…'", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO blackbird_reader"} {
		if !slices.Contains(remedies, statement) {
			t.Errorf("remedies %q lack %q", remedies, statement)
		}
	}
	cfg := s.modestRole()
	s.exec("ALTER TABLE sales OWNER TO " + cfg.User)
	what, remedies = tooMuch(s.schema(cfg))
	same(t, "too much of an owner", what, []string{"owns a table of schema public"})
	if !slices.Contains(remedies, "GRANT USAGE ON SCHEMA public TO blackbird_reader") {
		t.Errorf("remedies are %q", remedies)
	}
}

func TestSchemaTables(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.LayoutAudited)
	cfg := s.modestRole()
	s.exec(`DROP TABLE memberdiscount, orgdata;
		ALTER TABLE tickets DROP totalprice, DROP pif, DROP preorder;
		ALTER TABLE customers DROP cell;
		ALTER TABLE inventoryrooms RENAME TO rooms;
		CREATE VIEW inventoryrooms AS SELECT * FROM rooms;
		GRANT SELECT ON inventoryrooms TO ` + cfg.User)
	schema := s.schema(cfg)
	same(t, "problems", problems(schema), []string{
		"tickets lacks totalprice, pif", "inventoryrooms is a view, which cannot tell what changed", "memberdiscount is not there", "orgdata is not there",
	})
	same(t, "lacking", lacking(schema), nil)
	tickets := schema.Tables[slices.IndexFunc(schema.Tables, func(f TableFacts) bool { return f.Name == tableTickets })]
	same(t, "missing", tickets.MissingColumns, []string{"totalprice", "pif"})
	if got := fmt.Sprint(tickets.AbsentColumns, schema.Tables[0].AbsentColumns); got !=
		"[{preorder no order is a preorder}] [{cell the phone is the column phone alone}]" {
		t.Errorf("absent columns are %s", got)
	}
	if s.serverVersion() >= 90500 {
		s.exec("ALTER TABLE customers ENABLE ROW LEVEL SECURITY")
		same(t, "oddities", s.schema(cfg).Tables[0].Oddities, []string{"row security is on: a policy may hide rows from the role"})
	}
}

// TestSchemaTypes: a type that is said not to fit breaks a read, and one that is called odd breaks none.
func TestSchemaTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ table, column, to, problem, odd string }{
		{tableCustomers, "customerid", "bigint", "has customerid of type int8, which cannot be read", ""},
		{tableCustomers, "deleted", "boolean", "has deleted of type bool, which cannot be read", ""},
		{tableCustomers, "phone", "bigint", "", ""},
		{tableTickets, "price", "double precision", "", "price is of type float8: it may not hold every amount exactly"},
		{tableTickets, "tax", "text", "", "tax is of type text: it may not hold every amount exactly"},
		{tableTickets, "ticketserial", "numeric", "", "ticketserial is of type numeric: it is expected to hold whole numbers alone"},
		{tableTickets, "id", "bigint", "has id of type int8, which cannot be read", ""},
		{tableInventory, "remainingweight", "text", "has remainingweight of type text, which cannot be read", ""},
		{tableInventory, "remainingweight", "real", "", "remainingweight is of type float4: it may not hold every amount exactly"},
		{tableInventory, "roomdata", "numeric", "has roomdata of type numeric, which cannot be read", ""},
		{tableInventory, "seized", "boolean", "has seized of type bool, which cannot be read", ""},
		{tableRooms, "quarantine", "text", "has quarantine of type text, which cannot be read", ""},
		{tableProducts, "productcategory", "text", "has productcategory of type text, which cannot be read", ""},
		{tableProducts, "pricepoint", "numeric", "", ""},
	} {
		t.Run(tt.table+"."+tt.column+" "+tt.to, func(t *testing.T) {
			t.Parallel()
			s := emptyTill(t, biotracktest.Layout2015)
			s.exec(fmt.Sprintf(`ALTER TABLE %[1]s ALTER %[2]s DROP DEFAULT, ALTER %[2]s TYPE %[3]s USING CAST(CAST(%[2]s AS text) AS %[3]s)`,
				tt.table, tt.column, tt.to))
			schema := s.schema(s.config())
			facts := schema.Tables[slices.IndexFunc(schema.Tables, func(f TableFacts) bool { return f.Name == tt.table })]
			if odd := strings.Join(facts.Oddities, "; "); facts.Problem != tt.problem || odd != tt.odd {
				t.Errorf("problem %q, odd %q", facts.Problem, odd)
			}
			if broken := s.breaks(); broken != (tt.problem != "") {
				t.Errorf("reading breaks: %t", broken)
			}
		})
	}
}

// breaks tells whether any read of the till does not work.
func (s *till) breaks() bool {
	s.Helper()
	for name, run := range operations {
		if err := run(s.Context(), s.open()); err != nil {
			s.Logf("%s: %v", name, err)
			return true
		}
	}
	return false
}

// TestOptionalColumnsAreListed holds the columns that statements do without where they are absent against the list that tells so.
func TestOptionalColumnsAreListed(t *testing.T) {
	files := append(must[[]string](t)(filepath.Glob("sql/*.sql")), must[[]string](t)(filepath.Glob("*.go"))...)
	listed := make(map[string]bool)
	for table, columns := range optional {
		for _, c := range columns {
			listed[table+"."+c.name] = true
		}
	}
	used := make(map[string]bool)
	for _, file := range files {
		for _, match := range regexp.MustCompile(`\{\{\.Col "(\w+)" "\w+" "(\w+)"`).FindAllStringSubmatch(string(must[[]byte](t)(os.ReadFile(file))), -1) {
			used[match[1]+"."+match[2]] = true
		}
	}
	for name := range used {
		if !listed[name] {
			t.Errorf("%s is used, and not listed", name)
		}
	}
	for name := range listed {
		if !used[name] {
			t.Errorf("%s is listed, and not used", name)
		}
	}
}
