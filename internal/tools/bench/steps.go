package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// step prepares a run, or checks what it has done; none is measured.
type step func(ctx context.Context, r *rig) error

// perform makes steps one after another.
func (r *rig) perform(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := s(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// embedded makes SQLite the binary's store.
func embedded(_ context.Context, r *rig) error {
	r.embedded = true
	return nil
}

// freshStores gives the binary and the yardstick an empty store each, and the binary an empty state folder.
func freshStores(ctx context.Context, r *rig) error {
	if err := os.RemoveAll(r.state()); err != nil {
		return fmt.Errorf("empty the state folder: %w", err)
	}
	for _, name := range []string{oursDB, yardstickDB} {
		if err := r.recreate(ctx, name, ""); err != nil {
			return err
		}
		if _, err := figures.Measure(ctx, r.binaryOn(name, "migrate")); err != nil {
			return err
		}
	}
	return nil
}

// saveStore keeps a copy of the binary's store for restoreStores.
func saveStore(ctx context.Context, r *rig) error { return r.recreate(ctx, baseDB, oursDB) }

// restoreStores makes both stores copies of the one that was kept. The watermarks go, since they speak of what came after it.
func restoreStores(ctx context.Context, r *rig) error {
	if err := os.RemoveAll(r.state()); err != nil {
		return fmt.Errorf("empty the state folder: %w", err)
	}
	for _, name := range []string{oursDB, yardstickDB} {
		if err := r.recreate(ctx, name, baseDB); err != nil {
			return err
		}
	}
	return nil
}

// pass makes a pass of the binary.
func pass(args ...string) step {
	return func(ctx context.Context, r *rig) error {
		_, err := figures.Measure(ctx, r.binary(args...))
		return err
	}
}

// fill runs a script over the yardstick's store.
func fill(script string) step {
	return func(ctx context.Context, r *rig) error {
		_, err := figures.Measure(ctx, r.script(yardstickDB, script))
		return err
	}
}

// vacuumStores brings both stores to the state in which a server's own vacuuming leaves them some minutes after they were filled.
func vacuumStores(ctx context.Context, r *rig) error {
	for _, name := range []string{oursDB, yardstickDB} {
		if _, err := r.execute(ctx, name, "VACUUM ANALYZE"); err != nil {
			return err
		}
	}
	return nil
}

// markSince lets the yardstick read only what changes from now on.
func markSince(ctx context.Context, r *rig) error {
	const query = "SELECT txid_snapshot_xmin(txid_current_snapshot()) & 4294967295"
	xid, err := ask[int64](ctx, "postgres", r.server.URL(sourceDB), query)
	r.since = strconv.FormatInt(xid, 10)
	return err
}

// changeTickets changes a thousand tickets. What the last change left dead is vacuumed away first, so that the table does not grow.
func changeTickets(ctx context.Context, r *rig) error {
	return r.change(ctx, "VACUUM tickets", changeTicketsQuery, changedTickets)
}

// changeLots changes one lot in a hundred.
func changeLots(ctx context.Context, r *rig) error {
	return r.change(ctx, "VACUUM inventory", changeLotsQuery, max(1, r.shop.lots/100))
}

// change changes a number of the source's rows, others in each round.
func (r *rig) change(ctx context.Context, vacuum, statement string, n int) error {
	if _, err := r.execute(ctx, sourceDB, vacuum); err != nil {
		return err
	}
	r.round++
	changed, err := r.execute(ctx, sourceDB, statement, n, r.round)
	if err == nil && changed != int64(n) {
		err = fmt.Errorf("change %d rows at the source: there were only %d", n, changed)
	}
	return err
}

// agree checks that a query of the binary's store has the answer that another one has in another database.
func agree(query, database, other string) step {
	return func(ctx context.Context, r *rig) error {
		ours, err := r.oursAnswer(ctx, query)
		if err != nil {
			return err
		}
		theirs, err := ask[string](ctx, "postgres", r.server.URL(database), other)
		if err == nil && ours != theirs {
			err = fmt.Errorf("compare the work: the binary's store has %s, database %s has %s", ours, database, theirs)
		}
		return err
	}
}

// alike checks that a query has one answer in both stores.
func alike(query string) step { return agree(query, yardstickDB, query) }

//go:embed sql/menu.sql
var menuQuery string

// menuStock sums up what the yardstick's menu holds.
func menuStock() string {
	return "SELECT COALESCE(sum(floor(m.quantity)), 0) || ' units' FROM (" + strings.TrimSuffix(menuQuery, ";\n") + ") m WHERE m.quantity > 0"
}

//go:embed sql/points_wrong.sql
var pointsWrongQuery string

// ledgerRight checks that the binary's ledger holds what each order is owed.
func ledgerRight(ctx context.Context, r *rig) error {
	wrong, err := r.oursAnswer(ctx, pointsWrongQuery)
	if err == nil && wrong != "0 orders" {
		err = fmt.Errorf("check the ledger: it is wrong for %s", wrong)
	}
	return err
}
