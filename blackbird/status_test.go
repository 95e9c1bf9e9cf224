package blackbird

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

// histories reads the activity log.
func (h *house) histories() map[string]History {
	h.Helper()
	all, err := h.connect(storeID).Histories(h.Context())
	h.check(err)
	return all
}

// logged spells a pass of a history.
func logged(p *LoggedPass) string {
	if p == nil {
		return "-"
	}
	return fmt.Sprintf("%d %s %s", p.ID, p.Mode, p.Status)
}

func (h *house) told(what, stream, last, done, failed string) {
	h.Helper()
	got := h.histories()[stream]
	h.same(what, []string{logged(got.Last), logged(got.Done), logged(got.Failed)}, []string{last, done, failed})
}

func TestHistories(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		if got := h.histories(); len(got) != 0 {
			t.Errorf("before any pass: %v", got)
		}
		h.workIn("other", StreamOrders, false).end()
		w := h.work(StreamOrders)
		h.told("the first runs", StreamOrders, "1 incremental running", "-", "-")
		w.again()
		h.told("the second runs", StreamOrders, "2 incremental running", "1 incremental done", "-")
		h.work(StreamProducts).end()
		h.check(w.pass.Finish(t.Context(), StatusFailed, "connection lost", nil))
		h.told("the second has failed", StreamOrders, "2 incremental failed", "1 incremental done", "2 incremental failed")
		w.pass = h.begin(w.Session)
		w.again()
		h.told("the fourth runs", StreamOrders, "5 incremental running", "4 incremental done", "2 incremental failed")
		h.begin(w.Session)
		h.told("the fifth has died", StreamOrders, "6 incremental running", "4 incremental done", "5 incremental dead")
		h.told("another stream", StreamProducts, "3 incremental done", "3 incremental done", "-")
		h.told("a stream without passes", StreamPoints, "-", "-", "-")
	})
}

// TestHistoryOfNamedRows: what a person had done to some rows does not bring the stream up to date, and fails none.
func TestHistoryOfNamedRows(t *testing.T) {
	eachStore(t, func(_ *testing.T, h *house) {
		for i, pass := range []string{"first done 5", "incremental failed 0", "repair done 5", "backfill failed 5"} {
			h.logPass(storeID, StreamOrders, i, pass)
		}
		h.told("named rows", StreamOrders, "4 backfill failed", "1 first done", "2 incremental failed")
		h.logPass(storeID, StreamOrders, 4, "backfill done 5")
		h.told("more of them", StreamOrders, "5 backfill done", "1 first done", "2 incremental failed")
	})
}

func TestHistoryTellsAll(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		w := h.work(StreamCustomers)
		w.customers(customer("1", "Ada"), customer("2", "Bob"))
		h.check(w.pass.Finish(t.Context(), StatusFailed, "connection lost", nil))
		got := h.histories()[StreamCustomers].Failed
		if got.Counts != (Counts{Read: 2, Inserted: 2}) || got.Message == nil || *got.Message != "connection lost" {
			t.Errorf("the pass is %+v", got)
		}
		if !got.StartedAt.Equal(w.pass.StartedAt) || got.StartedAt.Location() != time.UTC || !got.FinishedAt.After(got.StartedAt.Time) {
			t.Errorf("the pass began %v and ended %v, want from %v on", got.StartedAt, got.FinishedAt, w.pass.StartedAt)
		}
		w.pass = h.begin(w.Session)
		if got := h.histories()[StreamCustomers].Last; !got.FinishedAt.IsZero() || got.Message != nil {
			t.Errorf("a running pass is %+v", got)
		}
	})
}

// TestAsOf checks up to when a store is true: what a pass took over from one that was cut off is as old as that one.
func TestAsOf(t *testing.T) {
	tests := []struct {
		name, stream string
		// passes are mode, status and rows read of each, an hour apart.
		passes []string
		// want is which of the passes the last success is as old as.
		want int
	}{
		{"incremental", StreamOrders, []string{"first done 5", "incremental done 5"}, 1},
		{"incremental after a failed one", StreamOrders, []string{"first done 5", "incremental failed 5", "incremental done 5"}, 2},
		{"first in two parts", StreamOrders, []string{"first dead 5", "first failed 5", "first done 5"}, 0},
		{"first after one that read nothing", StreamOrders, []string{"first failed 0", "first done 5"}, 1},
		{"full after a first in parts", StreamOrders, []string{"first dead 5", "first done 5", "full done 5"}, 2},
		{"full in parts after a first in parts", StreamCustomers, []string{"first dead 5", "first done 5", "full dead 5", "full done 5"}, 2},
		{"full in place of a first", StreamPoints, []string{"first dead 5", "full done 5"}, 1},
		{"products go on with nothing", StreamProducts, []string{"first dead 5", "first done 5"}, 1},
		{"first in two parts, some rows between them", StreamOrders, []string{"first dead 5", "backfill done 5", "first done 5"}, 0},
		{"nothing read", StreamOrders, []string{"first done 0"}, 0},
	}
	eachStore(t, func(t *testing.T, h *house) {
		for i, tt := range tests {
			store := fmt.Sprint("store", i)
			for j, pass := range tt.passes {
				h.logPass(store, tt.stream, j, pass)
			}
			all, err := h.connect(store).Histories(t.Context())
			h.check(err)
			if got, want := all[tt.stream].Done.AsOf, hours(tt.want); !got.Equal(want) {
				t.Errorf("%s: as of %v, want %v", tt.name, got, want)
			}
		}
	})
}

func hours(n int) time.Time { return noon.Add(time.Duration(n) * time.Hour) }

// logPass writes a pass's row: its mode, status and rows read are words.
func (h *house) logPass(store, stream string, n int, pass string) {
	h.Helper()
	var mode, status string
	var read int
	_, err := fmt.Sscan(pass, &mode, &status, &read)
	h.check(err)
	h.exec("INSERT INTO passes (store_id, pass_id, stream, mode, status, started_at, read) VALUES (?, ?, ?, ?, ?, ?, ?)",
		store, n+1, stream, mode, status, hours(n).Format(timeFormat), read)
}

func TestContents(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		spelled := func() []string {
			all, err := h.connect(storeID).Contents(t.Context())
			h.check(err)
			var lines []string
			for _, stream := range []string{StreamCustomers, StreamOrders, StreamProducts, StreamPoints} {
				lines = append(lines, fmt.Sprintf("%s %d %v", stream, all[stream].Live, all[stream].Rejects))
			}
			return lines
		}
		nothing := []string{"customers 0 map[]", "orders 0 map[]", "products 0 map[]", "points 0 map[]"}
		h.same("of an empty store", spelled(), nothing)
		h.fill("other", false)
		h.same("of another store", spelled(), nothing)
		h.fill(storeID, false)
		h.exec("INSERT INTO rejects SELECT store_id, 'menus', row_key, reason, detail, first_seen, last_seen FROM rejects WHERE store_id = ? AND stream = 'products'", storeID)
		h.same("of a filled one", spelled(), []string{
			"customers 1 map[no_id:1]", "orders 3 map[]", "products 1 map[bad_price:1]", "points 2 map[]",
		})
	})
}

// TestLocked looks at locks without taking them: sessions come and go as if nobody looked.
func TestLocked(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		look := func(what string, stream string, want bool) {
			t.Helper()
			held, known, err := h.connect(storeID).Locked(t.Context(), stream)
			h.check(err)
			if held != (want && h.postgres) || known != h.postgres {
				t.Errorf("%s: held is %v, known %v", what, held, known)
			}
		}
		look("no session", StreamOrders, false)
		h.workIn("other", StreamOrders, false)
		look("a session of another store", StreamOrders, false)
		w := h.work(StreamOrders)
		look("a session", StreamOrders, true)
		look("another stream", StreamCustomers, false)
		w.end()
		for {
			// The server may take a moment to notice that the session is gone.
			held, _, err := h.connect(storeID).Locked(t.Context(), StreamOrders)
			h.check(err)
			if !held {
				return
			}
		}
	})
}

// TestReadingDuringMerge reads all there is to read while a pass has a transaction open, and while reading, passes merge: neither waits.
func TestReadingDuringMerge(t *testing.T) {
	eachStore(t, func(t *testing.T, h *house) {
		h.fill(storeID, false)
		store := h.connect(storeID)
		w := h.work(StreamOrders)
		h.check(w.transact(t.Context(), func(tx *txn) error {
			_, err := w.Session.exec(t.Context(), tx, "UPDATE orders SET status = 'removed' WHERE store_id = :store_id", nil)
			h.check(err)
			contents, err := store.Contents(t.Context())
			if contents[StreamOrders].Live != 3 {
				t.Errorf("%d orders while a transaction is open", contents[StreamOrders].Live)
			}
			return errors.Join(err, h.reads(store))
		}))
		h.check(store.snapshot(t.Context(), func(r *reader) error {
			var before, after int64
			query := "SELECT count(*) FROM customers WHERE store_id = :store_id"
			h.check(r.get(t.Context(), &before, query, nil))
			customers := h.work(StreamCustomers)
			customers.customers(customer("8", "Ida"))
			customers.end()
			h.check(r.get(t.Context(), &after, query, nil))
			if before != after {
				t.Errorf("%d customers became %d within a snapshot", before, after)
			}
			return nil
		}))
	})
}

// reads asks a store for everything that commands show.
func (h *house) reads(store *Store) error {
	_, histories := store.Histories(h.Context())
	_, _, rejects := store.Rejects(h.Context(), "", 9)
	_, menu := store.Menu(h.Context())
	_, account := store.Account(h.Context(), "1", 9)
	_, _, locked := store.Locked(h.Context(), StreamOrders)
	return errors.Join(histories, rejects, menu, account, locked)
}

func TestMomentScan(t *testing.T) {
	var m UTCTime
	if err := m.Scan(nil); err != nil || !m.IsZero() {
		t.Errorf("NULL is %v, %v", m, err)
	}
	for _, bad := range []any{5, "yesterday", []byte("x")} {
		if err := m.Scan(bad); err == nil {
			t.Errorf("%v was scanned", bad)
		}
	}
}
