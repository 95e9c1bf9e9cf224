package biotrack

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// relations returns what the name of the tickets reads.
func relations(t pgtest.TB, source *Source, since Position) Relations {
	t.Helper()
	now := must[State](t)(source.State(t.Context(), Former{Position: since}, tableTickets))
	return now.Tables[tableTickets].Relations
}

// TestNoXmin replaces the tickets by what shows which transaction wrote a row, and by what does not.
func TestNoXmin(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	s.Exec(`CREATE VIEW plain AS SELECT * FROM tickets;
		CREATE VIEW honest AS SELECT t.*, t.xmin FROM tickets t;
		CREATE MATERIALIZED VIEW copied AS SELECT * FROM tickets;
		CREATE TABLE parent (LIKE tickets); CREATE TABLE child () INHERITS (parent)`)
	s.Exec("ANALYZE tickets")
	for _, tc := range []struct {
		query string
		want  bool
	}{
		{"SELECT *, xmin FROM tickets", true},
		{"SELECT t.*, t.xmin FROM tickets t LEFT JOIN customers c ON c.customerid = t.customerid", true},
		{"SELECT *, xmin FROM tickets WHERE id < 'T' UNION ALL SELECT *, xmin FROM tickets WHERE id >= 'T'", true},
		{"SELECT * FROM honest", true},
		{"SELECT *, xmin FROM copied", true},
		{"SELECT *, xmin FROM parent", true},
		{"SELECT *, CAST('3' AS xid) AS xmin FROM plain", false},
		{"SELECT *, CAST(CAST(ticketserial AS text) AS xid) AS xmin FROM plain", false},
		{`SELECT DISTINCT ON (id) *, CAST(CAST(terminal AS text) AS xid) AS xmin FROM tickets`, false},
	} {
		source := s.open()
		if err := source.Override(t.Context(), tableTickets, tc.query); err != nil {
			t.Fatal(err)
		}
		got := relations(t, source, 3)
		if (got.NoXmin == "") != tc.want {
			t.Errorf("%s: %+v", tc.query, got)
		}
	}
}

// TestRelations follows what the name of the tickets reads.
func TestRelations(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	names := func() (all []string) {
		t.Helper()
		found := relations(t, h.open(), h.settled())
		for _, r := range found.All {
			all = append(all, r.Name)
		}
		return all
	}
	same(t, "plain", names(), []string{"public.tickets"})
	h.Exec("CREATE TABLE child () INHERITS (tickets); CREATE TABLE grandchild () INHERITS (child)")
	same(t, "inherited", names(), []string{"public.tickets", "public.child", "public.grandchild"})
	h.Exec(`ALTER TABLE tickets RENAME TO hidden;
		CREATE VIEW tickets AS SELECT * FROM hidden WHERE id IN (SELECT customerid FROM customers)`)
	viewed := names()
	for _, name := range []string{"public.hidden", "public.child", "public.customers", "public.tickets"} {
		if !slices.Contains(viewed, name) {
			t.Errorf("a view reads %v, without %s", viewed, name)
		}
	}
}

// TestRelationsKeepTheirIDs does to the tickets what changes no row, and then what changes their relation.
func TestRelationsKeepTheirIDs(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	ids := func() string {
		t.Helper()
		var all []string
		for _, r := range relations(t, h.open(), 3).All {
			all = append(all, r.ID)
		}
		return strings.Join(all, "|")
	}
	before := ids()
	for _, change := range []string{"VACUUM FULL tickets", "ANALYZE tickets", "ALTER TABLE tickets ADD extra text",
		"CREATE INDEX ON tickets (id)", "REINDEX TABLE tickets", "CLUSTER tickets USING tickets_pkey"} {
		h.Exec(change)
		if got := ids(); got != before {
			t.Errorf("after %s the tickets are %s, and were %s", change, got, before)
		}
	}
	h.Exec("ALTER TABLE tickets RENAME TO hidden; CREATE VIEW tickets AS SELECT * FROM hidden")
	view := ids()
	h.Exec("CREATE OR REPLACE VIEW tickets AS SELECT * FROM hidden WHERE deleted = 0")
	if got := ids(); got == view || view == before {
		t.Errorf("the tickets were %s, as a view %s, and as another one %s", before, view, got)
	}
}

// TestRelationsOfSelect: another SELECT in the place of a table is another relation, whatever tables it reads.
func TestRelationsOfSelect(t *testing.T) {
	t.Parallel()
	s := emptyTill(t, biotracktest.Layout2015)
	ids := make(map[string]bool)
	for _, query := range []string{"SELECT *, xmin FROM tickets", "SELECT *, xmin FROM tickets WHERE location = 1"} {
		source := s.open()
		if err := source.Override(t.Context(), tableTickets, query); err != nil {
			t.Fatal(err)
		}
		for _, r := range relations(t, source, 3).All {
			ids[r.ID] = true
		}
	}
	if len(ids) != 3 {
		t.Errorf("two SELECTs over one table are %v, want its oid and two hashes", ids)
	}
}

// TestNewRelation: a relation that was created since the position is new, whatever is done to it later.
func TestNewRelation(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	before := h.settled()
	h.Exec("CREATE TABLE child () INHERITS (tickets)")
	after := h.settled()
	h.Exec("ALTER TABLE child SET (fillfactor = 50); COMMENT ON TABLE child IS 'late'")
	h.Exec("VACUUM FULL child")
	for since, want := range map[Position]bool{before: true, after: false} {
		found := relations(t, h.source, since)
		if len(found.All) != 2 || found.All[0].New || found.All[1].New != want {
			t.Errorf("since %s, where the child is new is %t: %+v", since, want, found.All)
		}
	}
}

// TestWitnesses: the newest rows are witnesses, and keep what they were by until they are written again.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	h.Exec(`INSERT INTO customers (customerid) VALUES ('%/"\'), ('NULL')`)
	for n := range 20 {
		h.Exec("UPDATE tickets SET datetime = $1 WHERE ticketserial = $2", n, n+1)
	}
	newest := must[[]model.Witness](t)(h.tickets.Newest(t.Context(), nil))
	if len(newest) != witnesses || newest[0].Key != "20" || newest[15].Key != "5" {
		t.Fatalf("the newest tickets are %+v", newest)
	}
	some := must[[]model.Witness](t)(h.tickets.Newest(t.Context(), []string{"3", "19", "99"}))
	if len(some) != 2 || some[0].Key != "19" || some[1].Key != "3" {
		t.Errorf("the newest of some tickets are %+v", some)
	}
	since := h.settled()
	h.Exec("VACUUM (FREEZE, FULL) tickets")
	h.Exec("ALTER TABLE tickets ADD extra text")
	h.Exec("SELECT * FROM tickets FOR UPDATE")
	read := func(table string, former ...model.Witness) (rows []Witness) {
		t.Helper()
		now := must[State](t)(h.source.State(t.Context(), Former{
			Position: since, Started: h.source.Server().Started,
			Evidence: map[string]model.Evidence{table: {Witnesses: former}},
		}, table))
		return now.Tables[table].Witnesses
	}
	for i, w := range read(tableTickets, newest...) {
		if diff := cmp.Diff(newest[i], w.Witness); diff != "" || w.Newer {
			t.Errorf("a ticket that has not changed (newer %t): %s", w.Newer, diff)
		}
	}
	h.Exec("UPDATE tickets SET datetime = 99 WHERE ticketserial = 7")
	h.Exec("UPDATE tickets SET id = 'other' WHERE ticketserial = 8")
	for _, w := range read(tableTickets, model.Witness{Key: "7"}, model.Witness{Key: "8"}) {
		was := newest[slices.IndexFunc(newest, func(n model.Witness) bool { return n.Key == w.Key })]
		if !w.Newer || w.XID == was.XID || w.Content == was.Content || (w.Name == was.Name) != (w.Key == "7") {
			t.Errorf("ticket %s was %+v and is %+v", w.Key, was, w)
		}
	}
	customers := must[[]model.Witness](t)(h.customers.Newest(t.Context(), nil))
	again := read(tableCustomers, customers[:2]...)
	if len(again) != 2 || again[0].Witness != customers[0] || again[1].Witness != customers[1] {
		t.Errorf("customers of odd ids were %+v and are %+v", customers[:2], again)
	}
}
