package inspect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// readSchema looks at the database in a new session of a role.
func readSchema(t *testing.T, cfg pq.Config) *SchemaFound {
	t.Helper()
	found, err := Schema(t.Context(), open(t, cfg))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// problems lists what is wrong with the tables.
func problems(schema *SchemaFound) (all []string) {
	for _, table := range schema.Tables {
		if table.Problem != "" {
			all = append(all, table.Name+" "+table.Problem)
		}
	}
	return all
}

// statements lists the grants that the role lacks.
func lacking(schema *SchemaFound) (all []string) {
	for _, g := range schema.Role.Lacks {
		all = append(all, g.Statement)
	}
	return all
}

// tooMuch lists what the role should not have, and its remedies.
func tooMuch(schema *SchemaFound) (what, remedies []string) {
	for _, e := range schema.Role.Excess {
		what, remedies = append(what, e.What), append(remedies, e.Hint...)
	}
	return what, remedies
}

// modestRole is a role that may read and nothing else: before 15 every role may create tables in public.
func modestRole(s *shop.Till) pq.Config {
	s.Helper()
	cfg := s.Reader()
	s.Exec("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
	return cfg
}

func TestSchema(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := shop.EmptyTill(t, layout)
		cfg := modestRole(s)
		s.Exec("INSERT INTO tickets (id) SELECT i FROM generate_series(1, 700) i; ANALYZE tickets")
		schema := readSchema(t, cfg)
		same(t, "problems", problems(schema), nil)
		same(t, "lacking", lacking(schema), nil)
		if what, _ := tooMuch(schema); len(what) > 0 {
			t.Errorf("a reader has too much: %q", what)
		}
		audited := layout == biotracktest.LayoutAudited
		if schema.Layout != (Layout{PaddedIDs: audited, AuditColumns: audited}) {
			t.Errorf("layout is %+v", schema.Layout)
		}
		if schema.Encoding != "UTF8" || schema.Standby || schema.Role.Name != cfg.User ||
			schema.Database != s.DatabaseName() {
			t.Errorf("schema is %+v", schema)
		}
		for _, table := range schema.Tables {
			if table.Schema != "public" || len(table.AbsentColumns)+len(table.Oddities) > 0 {
				t.Errorf("table is %+v", table)
			}
			if table.Name == "tickets" && (table.Rows == nil || *table.Rows != 700) ||
				table.Name == "customers" && table.Rows != nil {
				t.Errorf("%s has about %v rows", table.Name, table.Rows)
			}
		}
		if got := schema.Size(); got != SizeUnknown {
			t.Errorf("size is %s, and nobody has counted the customers", got)
		}
	})
}

func TestSchemaSize(t *testing.T) {
	for rows, want := range map[int64]string{0: SizeSmall, 99_998: SizeSmall, 100_000: SizeMedium,
		1_999_999: SizeLarge} {
		one := int64(1)
		schema := SchemaFound{Tables: []TableFacts{{Name: "customers", Rows: &one}, {Name: "tickets", Rows: &rows},
			{Name: "inventory"}}}
		if got := schema.Size(); got != want {
			t.Errorf("%d tickets are %s, want %s", rows, got, want)
		}
	}
}

func TestSchemaWithoutEncoding(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015, pgtest.WithEncoding("SQL_ASCII"))
	s.Exec(`DO $$ BEGIN EXECUTE E'CREATE SCHEMA "Z\xe9"; ALTER TABLE orgdata SET SCHEMA "Z\xe9"'; END $$`)
	schema := readSchema(t, modestRole(s))
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
			take: "REVOKE SELECT ON memberdiscount FROM ROLE; GRANT SELECT (id, membername) ON " +
				"memberdiscount TO ROLE",
			problems: []string{"memberdiscount may not be read by the role"},
			lacks:    []string{"GRANT SELECT ON public.memberdiscount TO ROLE"},
		},
		"tables for people": {
			take: "REVOKE SELECT ON tickets, orgdata, locations, customers FROM ROLE",
			problems: []string{"customers may not be read by the role", "tickets may not be read by the role",
				"locations may not be read by the role", "orgdata may not be read by the role"},
			lacks: []string{"GRANT SELECT ON public.customers, public.tickets TO ROLE",
				"GRANT SELECT ON public.locations, public.orgdata TO ROLE"},
		},
		"another schema": {
			take: `CREATE SCHEMA "Back Office"; ALTER TABLE inventory SET SCHEMA "Back Office";
				GRANT USAGE ON SCHEMA "Back Office" TO ROLE`,
			problems: []string{`inventory is in schema "Back Office", which is not in the search_path`},
			lacks:    []string{`ALTER ROLE ROLE IN DATABASE DB SET search_path = "$user", public, "Back Office"`},
		},
		"a sealed schema": {
			take: `CREATE SCHEMA back; ALTER TABLE products SET SCHEMA back; ALTER TABLE inventory SET SCHEMA back;
				REVOKE SELECT ON back.products FROM ROLE`,
			problems: []string{"products is in schema back, which the role may not use, and may " +
				"not be read by the role",
				"inventory is in schema back, which the role may not use"},
			lacks: []string{"GRANT USAGE ON SCHEMA back TO ROLE",
				`ALTER ROLE ROLE IN DATABASE DB SET search_path = "$user", public, back`,
				"GRANT SELECT ON back.products TO ROLE"},
		},
		"an empty search_path": {
			take: `ALTER ROLE ROLE IN DATABASE DB
				SET search_path = ''; CREATE SCHEMA old; CREATE TABLE old.tickets (id int)`,
			lacks: []string{"ALTER ROLE ROLE IN DATABASE DB SET search_path = public"},
		},
		"the public schema": {
			take:  "REVOKE ALL ON SCHEMA public FROM PUBLIC, ROLE",
			lacks: []string{"GRANT USAGE ON SCHEMA public TO ROLE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shop.EmptyTill(t, biotracktest.Layout2015)
			cfg := modestRole(s)
			named := strings.NewReplacer("ROLE ROLE", "ROLE "+cfg.User, "TO ROLE", "TO "+cfg.User, "FROM ROLE",
				"FROM "+cfg.User,
				"PUBLIC, ROLE", "PUBLIC, "+cfg.User, "DATABASE DB", "DATABASE "+s.DatabaseName())
			s.Exec(named.Replace(tt.take))
			schema := readSchema(t, cfg)
			if tt.problems != nil {
				same(t, "problems", problems(schema), tt.problems)
			}
			var want []string
			for _, statement := range tt.lacks {
				want = append(want, named.Replace(statement))
			}
			same(t, "lacking", lacking(schema), want)
			if len(want) > 0 {
				s.Exec(strings.Join(want, ";"))
			}
			again := readSchema(t, cfg)
			same(t, "problems left", problems(again), nil)
			same(t, "lacking still", lacking(again), nil)
		})
	}
}

// TestSchemaLacksIdentifier: to ask for the system identifier takes no right by default, and can be forbidden.
func TestSchemaLacksIdentifier(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015)
	cfg := modestRole(s)
	if s.ServerVersion() < biotrack.ControlFunctions {
		return
	}
	s.Exec("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
	schema := readSchema(t, cfg)
	same(t, "lacking", lacking(schema),
		[]string{"GRANT EXECUTE ON FUNCTION pg_control_system(), pg_control_checkpoint() TO " + cfg.User})
	if schema.Role.Lacks[0].Optional == "" || schema.SystemIdentifier != "" {
		t.Errorf("schema is %+v", schema)
	}
	s.Exec(lacking(schema)[0])
	same(t, "lacking still", lacking(readSchema(t, cfg)), nil)
}

// TestSchemaExcess gives a role something, runs what is said to take it away, and looks again.
func TestSchemaExcess(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		give, what string
	}{
		"writes": {"GRANT INSERT, UPDATE ON tickets, customers TO ROLE",
			"may INSERT, UPDATE on 2 tables of schema public"},
		"deletes":  {"GRANT DELETE, TRUNCATE ON sales TO ROLE", "may DELETE, TRUNCATE on a table of schema public"},
		"a column": {"GRANT UPDATE (name) ON products TO ROLE", "may UPDATE on a table of schema public"},
		"everybody": {"GRANT INSERT ON payments TO PUBLIC",
			"may INSERT on a table of schema public, as every role may"},
		"everybody makes": {"GRANT CREATE ON SCHEMA public TO PUBLIC",
			"may CREATE in schema public, as every role may"},
		"a schema":     {`CREATE SCHEMA "B B"; GRANT CREATE ON SCHEMA "B B" TO ROLE`, `may CREATE in schema "B B"`},
		"the database": {"GRANT CREATE ON DATABASE DB TO ROLE", "may CREATE in database DB"},
		"attributes":   {"ALTER ROLE ROLE CREATEDB CREATEROLE", "may make roles or databases, or replicate"},
		"a membership": {"GRANT DELETE ON tickets TO OTHER; GRANT OTHER TO ROLE",
			"may DELETE on a table of schema public, as a member of OTHER"},
		"an owner's membership": {"ALTER TABLE sales OWNER TO OTHER; GRANT OTHER TO ROLE",
			"owns a table of schema public, as a member of OTHER"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := shop.EmptyTill(t, biotracktest.Layout2015)
			cfg := modestRole(s)
			other := s.Role()
			named := strings.NewReplacer("ROLE ROLE", "ROLE "+cfg.User, "TO ROLE", "TO "+cfg.User, "OTHER", other,
				"DATABASE DB", "DATABASE "+s.DatabaseName(), "database DB", "database "+s.DatabaseName())
			s.Exec(named.Replace(tt.give))
			what, remedies := tooMuch(readSchema(t, cfg))
			same(t, "too much", what, []string{named.Replace(tt.what)})
			s.Exec(strings.Join(remedies, ";"))
			schema := readSchema(t, cfg)
			if what, _ := tooMuch(schema); len(what) > 0 {
				t.Errorf("after %q there is still %q", remedies, what)
			}
			same(t, "problems", problems(schema), nil)
		})
	}
}

// TestSchemaOwner: what a role has by being what it is, no REVOKE takes away. It is told how to make another.
func TestSchemaOwner(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015)
	what, remedies := tooMuch(readSchema(t, s.Config()))
	same(t, "too much of a superuser", what, []string{"is a superuser"})
	for _, statement := range []string{"CREATE ROLE blackbird_reader LOGIN PASSWORD '…'",
		"GRANT SELECT ON ALL TABLES IN SCHEMA public TO blackbird_reader"} {
		if !slices.Contains(remedies, statement) {
			t.Errorf("remedies %q lack %q", remedies, statement)
		}
	}
	cfg := modestRole(s)
	s.Exec("ALTER TABLE sales OWNER TO " + cfg.User)
	what, remedies = tooMuch(readSchema(t, cfg))
	same(t, "too much of an owner", what, []string{"owns a table of schema public"})
	if !slices.Contains(remedies, "GRANT USAGE ON SCHEMA public TO blackbird_reader") {
		t.Errorf("remedies are %q", remedies)
	}
}

func TestSchemaTables(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.LayoutAudited)
	cfg := modestRole(s)
	s.Exec(`DROP TABLE memberdiscount, orgdata;
		ALTER TABLE tickets DROP totalprice, DROP pif, DROP preorder;
		ALTER TABLE customers DROP cell;
		ALTER TABLE inventoryrooms RENAME TO rooms;
		CREATE VIEW inventoryrooms AS SELECT * FROM rooms;
		GRANT SELECT ON inventoryrooms TO ` + cfg.User)
	schema := readSchema(t, cfg)
	same(t, "problems", problems(schema), []string{
		"tickets lacks totalprice, pif",
		"memberdiscount is not there", "orgdata is not there",
	})
	same(t, "lacking", lacking(schema), nil)
	s.Exec(`ALTER TABLE customers RENAME TO people; CREATE VIEW customers AS SELECT * FROM people;
		GRANT SELECT ON customers TO ` + cfg.User)
	same(t, "oddities of a view", readSchema(t, cfg).Tables[0].Oddities, []string{
		"it does not show which transaction wrote a row (it has no xmin of a table): incremental passes are refused, " +
			"run each with --full",
	})
	s.Exec("DROP VIEW customers; ALTER TABLE people RENAME TO customers")
	tickets := schema.Tables[slices.IndexFunc(schema.Tables, func(f TableFacts) bool { return f.Name == "tickets" })]
	same(t, "missing", tickets.MissingColumns, []string{"totalprice", "pif"})
	if got := fmt.Sprint(tickets.AbsentColumns, schema.Tables[0].AbsentColumns); got !=
		"[{preorder no order is a preorder}] [{cell the phone is the column phone alone}]" {
		t.Errorf("absent columns are %s", got)
	}
	if s.ServerVersion() >= 90500 {
		s.Exec("ALTER TABLE customers ENABLE ROW LEVEL SECURITY")
		schema := readSchema(t, cfg)
		same(t, "problem", []string{schema.Tables[0].Problem},
			[]string{"has row security, which may hide rows from the role"})
		same(t, "lacking", lacking(schema), []string{"ALTER ROLE " + cfg.User + " BYPASSRLS"})
		// The owner sees all rows.
		same(t, "problem for the owner", []string{readSchema(t, s.Config()).Tables[0].Problem}, []string{""})
	}
}

// TestSchemaTypes: a type that is said not to fit breaks a read, and one that is called odd breaks none.
func TestSchemaTypes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ table, column, to, problem, odd string }{
		{"customers", "customerid", "bigint", "has customerid of type int8, which cannot be read", ""},
		{"customers", "deleted", "boolean", "has deleted of type bool, which cannot be read", ""},
		{"customers", "phone", "bigint", "", ""},
		{"tickets", "datetime", "timestamptz", "has datetime of type timestamptz, which cannot be read", ""},
		{"tickets", "datetime", "timestamp", "has datetime of type timestamp, which cannot be read", ""},
		{"tickets", "totalprice", "money", "has totalprice of type money, which cannot be read", ""},
		{"inventory", "expiration", "date", "has expiration of type date, which cannot be read", ""},
		{"tickets", "datetime", "numeric", "",
			"datetime is of type numeric: it is expected to hold whole numbers alone"},
		{"tickets", "datetime", "double precision", "",
			"datetime is of type float8: it is expected to hold whole numbers alone"},
		{"tickets", "deleted", "bigint", "", ""},
		{"tickets", "price", "double precision", "", "price is of type float8: it may not hold every amount exactly"},
		{"tickets", "tax", "text", "", "tax is of type text: it may not hold every amount exactly"},
		{"tickets", "ticketserial", "numeric", "",
			"ticketserial is of type numeric: it is expected to hold whole numbers alone"},
		{"tickets", "id", "bigint", "has id of type int8, which cannot be read", ""},
		{"inventory", "remainingweight", "text", "has remainingweight of type text, which cannot be read", ""},
		{"inventory", "remainingweight", "real", "",
			"remainingweight is of type float4: it may not hold every amount exactly"},
		{"inventory", "roomdata", "numeric", "has roomdata of type numeric, which cannot be read", ""},
		{"inventory", "seized", "boolean", "has seized of type bool, which cannot be read", ""},
		{"inventoryrooms", "quarantine", "text", "has quarantine of type text, which cannot be read", ""},
		{"products", "productcategory", "text", "has productcategory of type text, which cannot be read", ""},
		{"products", "pricepoint", "numeric", "", ""},
	} {
		t.Run(tt.table+"."+tt.column+" "+tt.to, func(t *testing.T) {
			t.Parallel()
			s := shop.EmptyTill(t, biotracktest.Layout2015)
			s.Exec(fmt.Sprintf(`ALTER TABLE %[1]s ALTER %[2]s DROP DEFAULT,
				ALTER %[2]s TYPE %[3]s USING CAST(CAST(%[2]s AS text) AS %[3]s)`,
				tt.table, tt.column, tt.to))
			schema := readSchema(t, s.Config())
			facts := schema.Tables[slices.IndexFunc(schema.Tables,
				func(f TableFacts) bool { return f.Name == tt.table })]
			if odd := strings.Join(facts.Oddities, "; "); facts.Problem != tt.problem || odd != tt.odd {
				t.Errorf("problem %q, odd %q", facts.Problem, odd)
			}
			broken := ""
			if tt.problem != "" {
				broken = "BioTrack: check schema: table " + tt.table + " " + tt.problem
			}
			if got := breaks(t, s); got != broken || (facts.Hint != "") != (broken != "") {
				t.Errorf("reading breaks with %q, want %q; hint %q", got, broken, facts.Hint)
			}
		})
	}
}

// breaks returns the error of the first read that does not work, empty where all do.
func breaks(t *testing.T, s *shop.Till) string {
	t.Helper()
	source := open(t, s.Config())
	for name, read := range reads {
		if err := read(t.Context(), source); err != nil {
			t.Logf("%s: %v", name, err)
			return err.Error()
		}
	}
	return ""
}

// TestTimeZone: the time zone is the server's own, which reads do not go by.
func TestTimeZone(t *testing.T) {
	t.Parallel()
	s := shop.EmptyTill(t, biotracktest.Layout2015)
	s.Exec("ALTER DATABASE " + pq.QuoteIdentifier(s.DatabaseName()) + " SET TimeZone TO 'America/Denver'")
	if schema := readSchema(t, s.Config()); schema.TimeZone != "America/Denver" {
		t.Errorf("time zone %s, want America/Denver", schema.TimeZone)
	}
}
