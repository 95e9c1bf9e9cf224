package biotrack

import (
	"slices"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
)

// history is a till whose changes a test watches as a pass does.
type history struct {
	*till
	source    *Source
	tickets   *Table[Ticket]
	customers *Table[Customer]
}

func newHistory(t *testing.T) *history {
	t.Helper()
	return historyOf(emptyTill(t, biotracktest.Layout2015))
}

// historyOf fills empty tables with old rows.
func historyOf(s *till) *history {
	s.Helper()
	s.Exec(`INSERT INTO tickets (ticketserial, id, created, modified)
			SELECT n, 'T' || n, '2020-01-01', '2020-01-01' FROM generate_series(1, 50) n;
		INSERT INTO customers (customerid, created) SELECT 'C' || n, '2020-01-01' FROM generate_series(1, 50) n`)
	h := &history{till: s, source: s.open()}
	h.tickets, h.customers = must[*Table[Ticket]](s)(h.source.Tickets()),
		must[*Table[Customer]](s)(h.source.Customers())
	h.settled()
	return h
}

// settled waits until all that was written so far lies before the position, and returns it: other databases of the
// server may have transactions open that hold the position back.
func (h *history) settled() Position {
	h.Helper()
	for newest := must[State](h)(h.source.State(h.Context(), Former{})).Positions.Current; ; {
		if next := h.next(); next >= newest {
			return next
		}
	}
}

// next is the position that a pass starting now would leave to the one after it.
func (h *history) next() Position {
	h.Helper()
	return must[State](h)(h.source.State(h.Context(), Former{})).Positions.Next
}

// changed checks which rows changed since a position.
func (h *history) changed(since Position, tickets, customers []string) {
	h.Helper()
	same(h, "changed tickets", sorted(must[[]string](h)(h.tickets.Changed(h.Context(), since, 1000))), sorted(tickets))
	same(h, "changed customers", sorted(must[[]string](h)(h.customers.Changed(h.Context(), since, 1000))),
		sorted(customers))
}

func TestChangedNothing(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	h.changed(h.settled(), nil, nil)
}

// TestChangedIsExact compares with the rows' own transaction ids, position by position.
func TestChangedIsExact(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	first := h.next()
	for _, change := range []string{
		"INSERT INTO tickets (ticketserial, id) VALUES (101, 'new')",
		"UPDATE tickets SET totalprice = 1 WHERE ticketserial % 7 = 0",
		"UPDATE customers SET email = 'a@example.com' WHERE customerid IN ('C1', 'C2')",
		"UPDATE tickets SET totalprice = totalprice WHERE ticketserial = 3",
		"DELETE FROM tickets WHERE ticketserial = 7",
		"UPDATE customers SET email = 'b@example.com' WHERE customerid = 'C2'",
	} {
		h.Exec(change)
	}
	for since := first; since <= h.next(); since++ {
		const since32 = " WHERE xmin::text::bigint >= $1"
		tickets := h.Texts("SELECT ticketserial FROM tickets"+since32, since.String())
		h.changed(since, tickets, h.Texts("SELECT customerid FROM customers"+since32, since.String()))
	}
}

// TestChangedLateCommit is the case that a time column misses: a transaction that began before the position was taken,
// and commits after.
func TestChangedLateCommit(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	tx := h.Begin()
	for _, change := range []string{
		"UPDATE tickets SET totalprice = 1 WHERE ticketserial = 5",
		"INSERT INTO tickets (ticketserial, id) VALUES (102, 'late')",
		"UPDATE customers SET email = 'late@example.com' WHERE customerid = 'C9'",
	} {
		if _, err := tx.Exec(change); err != nil {
			t.Fatal(err)
		}
	}
	h.Exec("UPDATE tickets SET totalprice = 1 WHERE ticketserial = 6")
	next := h.next()
	h.changed(next, []string{"6"}, nil)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	h.changed(next, []string{"102", "5", "6"}, []string{"C9"})
	h.changed(h.settled(), nil, nil)
}

// TestChangedSubtransactions checks that a row written within a savepoint, which has an id of its own, counts, and one
// that was rolled back to the savepoint does not.
func TestChangedSubtransactions(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	tx := h.Begin()
	run := func(statements ...string) {
		t.Helper()
		for _, s := range statements {
			if _, err := tx.Exec(s); err != nil {
				t.Fatal(err)
			}
		}
	}
	run("UPDATE customers SET email = 'x' WHERE customerid = 'C1'", "SAVEPOINT a",
		"UPDATE tickets SET totalprice = 1 WHERE ticketserial = 1")
	next := h.next()
	run("SAVEPOINT b", "UPDATE tickets SET totalprice = 1 WHERE ticketserial = 2", "ROLLBACK TO b",
		"SAVEPOINT c", "UPDATE tickets SET totalprice = 1 WHERE ticketserial = 3", "RELEASE c", "RELEASE a")
	h.Exec("UPDATE tickets SET totalprice = 2 WHERE ticketserial = 40")
	later := h.next()
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	h.changed(next, []string{"1", "3", "40"}, []string{"C1"})
	h.changed(later, []string{"1", "3", "40"}, []string{"C1"})
	h.changed(h.settled(), nil, nil)
}

// TestChangedPrepared checks a transaction that has been prepared and whose session has gone: it may still commit.
func TestChangedPrepared(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	name := h.Value("SELECT current_database()")
	tx := h.Begin()
	for _, s := range []string{"UPDATE tickets SET totalprice = 1 WHERE ticketserial = 8",
		"PREPARE TRANSACTION '" + name + "'"} {
		if _, err := tx.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	_ = tx.Rollback()
	h.Exec("UPDATE tickets SET totalprice = 1 WHERE ticketserial = 9")
	next := h.next()
	h.changed(next, []string{"9"}, nil)
	h.Exec("COMMIT PREPARED '" + name + "'")
	h.changed(next, []string{"8", "9"}, nil)
}

// TestChangedRolledBack checks that what never became true is not reported.
func TestChangedRolledBack(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	next := h.next()
	tx := h.Begin()
	if _, err := tx.Exec("UPDATE tickets SET totalprice = 1"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	h.changed(next, nil, nil)
}

// TestChangedWithoutTimes updates rows and leaves their time columns as they were, and checks that freezing old rows
// does not make them new.
func TestChangedWithoutTimes(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	next := h.next()
	h.Exec("UPDATE tickets SET refundtotalprice = 3 WHERE ticketserial = 20")
	h.Exec("UPDATE customers SET phone = '212-555-0100' WHERE customerid = 'C20'")
	h.changed(next, []string{"20"}, []string{"C20"})
	same(t, "times", h.Texts("SELECT DISTINCT modified FROM tickets"), []string{"2020-01-01T00:00:00Z"})
	next = h.settled()
	h.Exec("VACUUM FREEZE tickets")
	h.Exec("VACUUM FREEZE customers")
	h.changed(next, nil, nil)
}

// TestChangedManyOfOneTime is the case that windows and limits miss: ten thousand rows of one moment.
func TestChangedManyOfOneTime(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	next := h.next()
	h.Exec(`INSERT INTO tickets (ticketserial, id, created, modified)
		SELECT 1000 + n, 'M' || n, '2026-01-01', '2026-01-01' FROM generate_series(1, 10000) n`)
	keys := must[[]string](t)(h.tickets.Changed(t.Context(), next, 20_000))
	slices.Sort(keys)
	if got := len(slices.Compact(keys)); got != 10_000 {
		t.Errorf("%d rows changed, want 10,000", got)
	}
	if got := len(must[[]string](t)(h.tickets.Changed(t.Context(), next, 500))); got != 501 {
		t.Errorf("%d keys where at most 500 were asked for, want one more, which says so", got)
	}
	if got := len(must[[]string](t)(h.tickets.Changed(t.Context(), next, 10_000))); got != 10_000 {
		t.Errorf("%d keys where exactly as many were asked for, want 10,000", got)
	}
}

func TestPositionsOrder(t *testing.T) {
	t.Parallel()
	h := newHistory(t)
	at := must[State](t)(h.source.State(t.Context(), Former{})).Positions
	if at.Next > at.Current || at.Next == 0 {
		t.Errorf("positions are %+v", at)
	}
	tx := h.Begin()
	var own Position
	if err := tx.QueryRow("SELECT txid_current()").Scan(&own); err != nil {
		t.Fatal(err)
	}
	h.Exec("UPDATE tickets SET totalprice = 1 WHERE ticketserial = 1")
	at = must[State](t)(h.source.State(t.Context(), Former{})).Positions
	if at.Next > own || at.Current <= own {
		t.Errorf("positions are %+v while transaction %s is open", at, own)
	}
}
