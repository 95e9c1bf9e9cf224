package sync_test

import (
	"pgregory.net/rapid"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// spares are tables that a history swaps in for those that passes read, and out again.
var spares = []string{"tickets", "customers"}

// makeSpares makes the tables of those events that change what a name at the till reads.
func (s *fixture) makeSpares() {
	s.Helper()
	for _, table := range spares {
		s.till.Exec("CREATE TABLE spare_" + table + " (LIKE " + table + " INCLUDING ALL)")
	}
	s.till.Exec("CREATE TABLE archive (LIKE tickets INCLUDING ALL)")
}

// copyTable keeps a table as it is now, to be put back later.
func (h *history) copyTable(*rapid.T) {
	table := pick(h.r, "table", spares...)
	h.till.Exec("DELETE FROM spare_" + table)
	h.till.Exec("INSERT INTO spare_" + table + " SELECT * FROM ONLY " + table)
}

// swap puts the copy of a table in its place. The passes find it by the table's relations; where these are made to look
// as before, as they do when a disk is put back, by the witnesses alone.
func (h *history) swap(*rapid.T) {
	table := pick(h.r, "table", spares...)
	alike := pick(h.r, "alike", true, false)
	if h.late != nil {
		return // it would wait for ever
	}
	h.attach(false)
	h.till.Exec("ALTER TABLE " + table + " RENAME TO swapping")
	h.till.Exec("ALTER TABLE spare_" + table + " RENAME TO " + table)
	h.till.Exec("ALTER TABLE swapping RENAME TO spare_" + table)
	h.swapped = true
	if alike {
		h.hideSwap(table)
	}
}

// hideSwap makes the watermarks of all streams take the relations of a table for those that they know.
func (h *history) hideSwap(table string) {
	source := h.openSource()
	defer source.Close()
	now, err := source.State(h.Context(), biotrack.Former{}, table)
	if err != nil {
		h.r.Fatal(err)
	}
	for _, stream := range []*sync.Stream{sync.Customers, sync.Orders} {
		w, err := h.state.Read(stream.Name)
		if err != nil {
			h.r.Fatal(err)
		}
		if w == nil {
			continue
		}
		evidence, ok := w.Evidence[table]
		if !ok {
			continue
		}
		evidence.Relations = nil
		for _, r := range now.Tables[table].Relations.All {
			evidence.Relations = append(evidence.Relations, r.ID)
		}
		w.Evidence[table] = evidence
		if err := h.state.Save(*w); err != nil {
			h.r.Fatal(err)
		}
	}
}

// partition attaches or detaches a table with older tickets, or gives it another one.
func (h *history) partition(*rapid.T) {
	switch pick(h.r, "partition", "attach", "detach", "sell") {
	case "attach":
		h.attach(true)
	case "detach":
		h.attach(false)
	case "sell":
		h.till.Exec(`INSERT INTO archive (id, totalprice, datetime) VALUES ($1, 10, $2)`, h.ticketID(), someTime)
	}
}

func (h *history) attach(attached bool) {
	if h.attached == attached {
		return
	}
	h.attached, h.swapped = attached, true
	if attached {
		h.till.Exec("ALTER TABLE archive INHERIT tickets")
	} else {
		h.till.Exec("ALTER TABLE archive NO INHERIT tickets")
	}
}

// reuse takes the last ticket back with its serial, which the next one gets.
func (h *history) reuse(*rapid.T) {
	if h.late != nil || h.till.Value("SELECT count(*) > 16 FROM tickets") == "true" || h.attached {
		return // with more tickets than witnesses one may vanish without a trace
	}
	h.swapped = true
	if w, err := h.state.Read(sync.Orders.Name); err != nil || w == nil {
		h.vanished = true // a repair may have brought it, and no pass has witnesses yet
	}
	h.till.Exec(`DELETE FROM tickets WHERE ticketserial = (SELECT max(ticketserial) FROM tickets)`)
	h.till.Exec(`SELECT setval('tickets_ticketserial_seq', GREATEST(1, (SELECT max(ticketserial) FROM tickets),
		(SELECT max(ticketserial) FROM archive), (SELECT max(ticketserial) FROM spare_tickets)))`)
}

// beginLate writes rows of its own in a transaction that other events and passes happen beside.
func (h *history) beginLate(*rapid.T) {
	if h.late != nil {
		return
	}
	var err error
	if h.late, err = h.till.DB.BeginTx(h.Context(), nil); err != nil {
		h.Fatal(err)
	}
	if _, err := h.late.ExecContext(h.Context(), insertTicket, h.ticketID(), "C3", "30", "30", 1_700_000_000, "",
		0, 1); err != nil {
		h.Fatal(err)
	}
}

func (h *history) commitLate(*rapid.T) {
	if h.late == nil {
		return
	}
	if err := h.late.Commit(); err != nil {
		h.Fatal(err)
	}
	h.late = nil
}

// rollBackLate ends a transaction that a history which failed left open: the next one would wait for its locks.
func (h *history) rollBackLate() {
	if h.late != nil {
		_ = h.late.Rollback()
	}
}
