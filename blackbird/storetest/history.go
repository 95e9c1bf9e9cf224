package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// histories reads the activity log.
func (h *fixture) histories() map[string]blackbird.History {
	h.Helper()
	all, err := h.open(storeID).Histories(h.Context())
	h.noError(err)
	return all
}

// logged spells a pass of a history.
func logged(p *blackbird.LoggedPass) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%d %s %s", p.ID, p.Mode, p.Status)
}

func (h *fixture) assertHistory(what, stream, last, done, failed string) {
	h.Helper()
	got := h.histories()[stream]
	h.assertRows(what, []string{logged(got.Last), logged(got.Done), logged(got.Failed)}, []string{last, done, failed})
}

func testHistories(t *testing.T, h *fixture) {
	if got := h.histories(); len(got) != 0 {
		t.Errorf("before any pass: %v", got)
	}
	h.writerOf("other", blackbird.Orders, false).end()
	w := h.writer(blackbird.Orders)
	h.assertHistory("the first runs", blackbird.Orders.Name, "1 incremental running", "-", "-")
	w.restart()
	h.assertHistory("the second runs", blackbird.Orders.Name, "2 incremental running", "1 incremental done", "-")
	h.writer(blackbird.Products).end()
	h.noError(w.pass.Finish(t.Context(), blackbird.StatusFailed, "connection lost", nil))
	h.assertHistory(
		"the second has failed",
		blackbird.Orders.Name,
		"2 incremental failed",
		"1 incremental done",
		"2 incremental failed",
	)
	w.pass = h.begin(w.Session)
	w.restart()
	h.assertHistory(
		"the fourth runs",
		blackbird.Orders.Name,
		"5 incremental running",
		"4 incremental done",
		"2 incremental failed",
	)
	h.begin(w.Session)
	h.assertHistory(
		"the fifth has died",
		blackbird.Orders.Name,
		"6 incremental running",
		"4 incremental done",
		"5 incremental dead",
	)
	h.assertHistory("another stream", blackbird.Products.Name, "3 incremental done", "3 incremental done", "-")
	h.assertHistory("a stream without passes", blackbird.Points.Name, "-", "-", "-")
}

// testHistoryOfNamedRows: what a person had done to some rows does not bring the stream up to date, and fails none.
func testHistoryOfNamedRows(_ *testing.T, h *fixture) {
	for i, pass := range []string{"first done 5", "incremental failed 0", "repair done 5", "backfill failed 5"} {
		h.logPass(storeID, blackbird.Orders.Name, i, pass)
	}
	h.assertHistory("named rows", blackbird.Orders.Name, "4 backfill failed", "1 first done", "2 incremental failed")
	h.logPass(storeID, blackbird.Orders.Name, 4, "backfill done 5")
	h.assertHistory("more of them", blackbird.Orders.Name, "5 backfill done", "1 first done", "2 incremental failed")
}

func testHistoryTellsAll(t *testing.T, h *fixture) {
	w := h.writer(blackbird.Customers)
	w.customers(customer("1", "Ada"), customer("2", "Bob"))
	h.noError(w.pass.Finish(t.Context(), blackbird.StatusFailed, "connection lost", nil))
	got := h.histories()[blackbird.Customers.Name].Failed
	if got.Counts != (blackbird.Counts{Read: 2, Inserted: 2}) || got.Message == nil ||
		*got.Message != "connection lost" {
		t.Errorf("the pass is %+v", got)
	}
	if !got.StartedAt.Equal(w.pass.StartedAt) || got.StartedAt.Location() != time.UTC ||
		!got.FinishedAt.After(got.StartedAt.Time) {
		t.Errorf("the pass began %v and ended %v, want from %v on", got.StartedAt, got.FinishedAt, w.pass.StartedAt)
	}
	w.pass = h.begin(w.Session)
	if got := h.histories()[blackbird.Customers.Name].Last; !got.FinishedAt.IsZero() || got.Message != nil {
		t.Errorf("a running pass is %+v", got)
	}
}

// testAsOf checks up to when a store is true: what a pass took over from one that was cut off is as old as that one.
func testAsOf(t *testing.T, h *fixture) {
	tests := []struct {
		name, stream string
		// passes are mode, status and rows read of each, an hour apart.
		passes []string
		// want is which of the passes the last success is as old as.
		want int
	}{
		{"incremental", blackbird.Orders.Name, []string{"first done 5", "incremental done 5"}, 1},
		{
			"incremental after a failed one",
			blackbird.Orders.Name,
			[]string{"first done 5", "incremental failed 5", "incremental done 5"},
			2,
		},
		{"first in two parts", blackbird.Orders.Name, []string{"first dead 5", "first failed 5", "first done 5"}, 0},
		{"first after one that read nothing", blackbird.Orders.Name, []string{"first failed 0", "first done 5"}, 1},
		{"full after a first in parts", blackbird.Orders.Name, []string{"first dead 5", "first done 5", "full done 5"},
			2},
		{
			"full in parts after a first in parts",
			blackbird.Customers.Name,
			[]string{"first dead 5", "first done 5", "full dead 5", "full done 5"},
			2,
		},
		{"full in place of a first", blackbird.Points.Name, []string{"first dead 5", "full done 5"}, 1},
		{"products go on with nothing", blackbird.Products.Name, []string{"first dead 5", "first done 5"}, 1},
		{
			"first in two parts, some rows between them",
			blackbird.Orders.Name,
			[]string{"first dead 5", "backfill done 5", "first done 5"},
			0,
		},
		{"nothing read", blackbird.Orders.Name, []string{"first done 0"}, 0},
	}
	for i, tt := range tests {
		store := fmt.Sprint("store", i)
		for j, pass := range tt.passes {
			h.logPass(store, tt.stream, j, pass)
		}
		all, err := h.open(store).Histories(t.Context())
		h.noError(err)
		if got, want := all[tt.stream].Done.AsOf, hours(tt.want); !got.Equal(want) {
			t.Errorf("%s: as of %v, want %v", tt.name, got, want)
		}
	}
}

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

// logPass writes a pass's row: its mode, status and rows read are words.
func (h *fixture) logPass(store, stream string, n int, pass string) {
	h.Helper()
	var mode, status string
	var read int
	_, err := fmt.Sscan(pass, &mode, &status, &read)
	h.noError(err)
	h.exec("INSERT INTO passes (store_id, pass_id, stream, mode, status, "+
		"started_at, read) VALUES (?, ?, ?, ?, ?, ?, ?)",
		store, n+1, stream, mode, status, hours(n).Format(timeFormat), read)
}

func testContents(t *testing.T, h *fixture) {
	spelled := func() []string {
		all, err := h.open(storeID).Contents(t.Context())
		h.noError(err)
		var lines []string
		for _, stream := range []string{"customers", "orders", "products", "points"} {
			lines = append(lines, fmt.Sprintf("%s %d %v", stream, all[stream].Live, all[stream].Rejects))
		}
		return lines
	}
	nothing := []string{"customers 0 map[]", "orders 0 map[]", "products 0 map[]", "points 0 map[]"}
	h.assertRows("of an empty store", spelled(), nothing)
	h.fill("other", false)
	h.assertRows("of another store", spelled(), nothing)
	h.fill(storeID, false)
	h.exec(
		`INSERT INTO rejects SELECT store_id, 'menus', row_key, reason, detail, first_seen, last_seen
			FROM rejects WHERE store_id = ? AND stream = 'products'`,
		storeID,
	)
	h.assertRows("of a filled one", spelled(), []string{
		"customers 1 map[no_id:1]", "orders 3 map[]", "products 1 map[bad_price:1]", "points 2 map[]",
	})
}

// testLocked looks at locks without taking them: sessions come and go undisturbed.
func testLocked(t *testing.T, h *fixture) {
	look := func(what string, stream string, want bool) {
		t.Helper()
		held, known, err := h.open(storeID).Locked(t.Context(), stream)
		h.noError(err)
		if held != (want && h.postgres()) || known != h.postgres() {
			t.Errorf("%s: held is %v, known %v", what, held, known)
		}
	}
	look("no session", blackbird.Orders.Name, false)
	h.writerOf("other", blackbird.Orders, false)
	look("a session of another store", blackbird.Orders.Name, false)
	w := h.writer(blackbird.Orders)
	look("a session", blackbird.Orders.Name, true)
	look("another stream", blackbird.Customers.Name, false)
	w.end()
	for {
		// The server may take a moment to notice that the session is gone.
		held, _, err := h.open(storeID).Locked(t.Context(), blackbird.Orders.Name)
		h.noError(err)
		if !held {
			return
		}
	}
}

// testReadingDuringMerge reads all there is to read while a pass has a transaction open, and while reading, passes
// merge: neither waits.
func testReadingDuringMerge(t *testing.T, h *fixture) {
	h.fill(storeID, false)
	store := h.open(storeID)
	tx, err := h.Store.Open().BeginTxx(t.Context(), nil)
	h.noError(err)
	_, err = tx.ExecContext(t.Context(), "UPDATE orders SET status = 'removed'")
	h.noError(err)
	contents, err := store.Contents(t.Context())
	if contents[blackbird.Orders.Name].Live != 3 {
		t.Errorf("%d orders while a transaction is open", contents[blackbird.Orders.Name].Live)
	}
	h.noError(errors.Join(err, h.reads(store), tx.Rollback()))
}

// reads asks a store for everything that commands show.
func (h *fixture) reads(store *blackbird.Store) error {
	_, histories := store.Histories(h.Context())
	_, _, rejects := store.Rejects(h.Context(), "", 9)
	_, menu := store.Menu(h.Context())
	_, account := store.Account(h.Context(), "1", 9)
	_, _, locked := store.Locked(h.Context(), blackbird.Orders.Name)
	return errors.Join(histories, rejects, menu, account, locked)
}

// testLastDone: the newest pass that is done, of the stream and the store, whatever came after it.
func testLastDone(t *testing.T, h *fixture) {
	store := h.open(storeID)
	if d, found, err := store.LastDone(t.Context(), blackbird.Orders.Name); found || err != nil {
		t.Fatalf("before any pass: %v, %t, %v", d, found, err)
	}
	w := h.writer(blackbird.Orders)
	h.noError(w.pass.Finish(t.Context(), blackbird.StatusDone, "", nil))
	done := w.pass.StartedAt
	for _, status := range []blackbird.Status{blackbird.StatusFailed, blackbird.StatusAbandoned} {
		h.noError(h.begin(w.Session).Finish(t.Context(), status, "", nil))
	}
	others := []*writer{h.writer(blackbird.Customers), h.writerOf("other", blackbird.Orders, false)}
	for _, other := range others {
		h.noError(other.pass.Finish(t.Context(), blackbird.StatusDone, "", nil))
	}
	d, found, err := store.LastDone(t.Context(), blackbird.Orders.Name)
	if err != nil || !found || !d.Began.Equal(done) || !d.Ended.After(done) || d.Ended.After(time.Now()) {
		t.Errorf("last done is %v, %t, %v; want what began at %v", d, found, err, done)
	}
}
