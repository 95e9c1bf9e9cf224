package main

import (
	"os"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// step prepares a run, or checks what it has done; none is measured.
type step func(r *rig)

// perform makes steps one after another.
func (r *rig) perform(steps []step) {
	for _, s := range steps {
		s(r)
	}
}

// embedded makes SQLite the binary's store.
func embedded(r *rig) { r.embedded = true }

// elsewhere puts the binary's store on a server of its own: what is written to a store on the till's is seen there.
func elsewhere(r *rig) {
	if !r.embedded {
		r.stores = r.Server(lab.Durable, quiet)
	}
}

// haveRejects makes the till have so many tickets that no order can be made of.
func (r *rig) haveRejects(n int) {
	r.Execute(r.server.URL(sourceDB), script("bad_tickets.sql"), n)
	r.Execute(r.server.URL(sourceDB), "VACUUM ANALYZE tickets")
}

// freshStores gives the binary, the yardstick and the peer an empty store each, and empty folders for their state.
func freshStores(r *rig) {
	r.Check(os.RemoveAll(r.state()))
	recreate(r.T, r.stores, oursDB, "")
	recreate(r.T, r.server, yardstickDB, "")
	r.Measure(r.binaryOn(r.stores.URL(oursDB), "migrate"))
	r.Measure(r.binaryOn(r.server.URL(yardstickDB), "migrate"))
	r.Execute(r.server.URL(yardstickDB), script("indexes.sql"))
	recreate(r.T, r.server, peerDB, "")
	r.Check(os.RemoveAll(r.peerDir()))
	r.Check(os.Mkdir(r.peerDir(), 0o755))
}

// saveStore keeps a copy of the binary's store for restoreStores.
func saveStore(r *rig) { recreate(r.T, r.server, baseDB, oursDB) }

// copyToYardstick makes the yardstick's store a copy of the binary's, whichever that is.
func copyToYardstick(r *rig) {
	from := "sqlite:" + r.state()
	if !r.embedded {
		from = r.stores.URL(oursDB)
	}
	recreate(r.T, r.server, yardstickDB, "")
	r.Measure(r.binaryOn("", "store", "copy", "--from", from, "--to", r.server.URL(yardstickDB)))
}

// restoreStores makes both stores copies of the one that was kept. The watermarks go, since they belong to what came
// after it.
func restoreStores(r *rig) {
	r.Check(os.RemoveAll(r.state()))
	for _, name := range []string{oursDB, yardstickDB} {
		recreate(r.T, r.server, name, baseDB)
	}
}

// pass makes a pass of the binary.
func pass(args ...string) step {
	return func(r *rig) { r.Measure(r.binary(args...)) }
}

// fill runs a script over the yardstick's store.
func fill(script string) step {
	return func(r *rig) { r.Measure(r.script(yardstickDB, script)) }
}

// fillPeer makes the peer's first run, where it has a part in the task.
func fillPeer(r *rig) {
	if r.peer.path != "" && r.task.peerTable != "" {
		r.Measure(r.peerCommand())
	}
}

// vacuumStores brings both stores to the state in which a server's own vacuuming leaves them some minutes after they
// were filled.
func vacuumStores(r *rig) {
	r.Execute(r.stores.URL(oursDB), "VACUUM ANALYZE")
	r.Execute(r.server.URL(yardstickDB), "VACUUM ANALYZE")
}

// markSince lets the yardstick read only what changes from now on.
func markSince(r *rig) {
	r.since = r.ask(sourceDB, "SELECT txid_snapshot_xmin(txid_current_snapshot()) & 4294967295")
}

// changeTickets changes a thousand tickets. What the last change left dead is vacuumed away first, so that the table
// does not grow.
func changeTickets(r *rig) { r.change("VACUUM tickets", script("change_tickets.sql"), changedTickets) }

// changeLots changes one lot in a hundred.
func changeLots(r *rig) {
	r.change("VACUUM inventory", script("change_lots.sql"), max(1, r.shop.lots/100))
}

// change changes a number of the source's rows, others in each round.
func (r *rig) change(vacuum, statement string, n int) {
	source := r.server.URL(sourceDB)
	r.Execute(source, vacuum)
	r.round++
	if changed := r.Execute(source, statement, n, r.round); changed != int64(n) {
		r.Fatalf("change %d rows at the source: there were only %d", n, changed)
	}
}

// agree checks that a query of the binary's store has the answer that another one has in another database.
func agree(query, database, other string) step {
	return func(r *rig) {
		if ours, theirs := r.oursAnswer(query), r.ask(database, other); ours != theirs {
			r.Fatalf("compare the work: the binary's store has %s, database %s has %s", ours, database, theirs)
		}
	}
}

// alike checks that a query has one answer in both stores.
func alike(query string) step { return agree(query, yardstickDB, query) }

// menuStock sums up what the yardstick's menu holds.
func menuStock() string {
	return "SELECT COALESCE(sum(floor(m.quantity)), 0) || ' units' FROM (" +
		strings.TrimSuffix(script("menu.sql"), ";\n") +
		") m WHERE m.quantity > 0"
}

// ledgerRight checks that the binary's ledger holds what each order is owed.
func ledgerRight(r *rig) {
	if wrong := r.oursAnswer(script("points_wrong.sql")); wrong != "0 orders" {
		r.Fatalf("check the ledger: it is wrong for %s", wrong)
	}
}
