package blackbird

import (
	"context"
	_ "embed"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func writeKey(r *rows, k model.Key) {
	r.words(k.Name)
	r.int(k.Serial)
	r.end()
}

// Keys gathers what the source has, before the store is asked what it has besides.
type Keys struct {
	session *Session
	rows    *rows
}

var stageKeys = table{name: "stage_keys", columns: []string{"row_key", "serial"}, repeats: true}

// NewKeys begins a list of the source's keys, an empty one.
func (x *Session) NewKeys(ctx context.Context) (*Keys, error) {
	if err := x.own.stage(ctx, x.store.dialect, x.stream); err != nil {
		return nil, wrap("list keys in", err)
	}
	err := x.once(ctx, func(tx *txn) error {
		_, err := tx.ExecContext(ctx, `DELETE FROM stage_keys`)
		return err
	})
	return &Keys{session: x, rows: &rows{}}, wrap("list keys in", err)
}

// Add adds one key; Flush makes it count.
func (k *Keys) Add(key model.Key) {
	writeKey(k.rows, key)
}

// Reset forgets the keys added since the last Flush.
func (k *Keys) Reset() { k.rows.reset() }

// Flush writes the keys added so far to the session's temporary table.
func (k *Keys) Flush(ctx context.Context) error {
	if k.rows.count == 0 {
		return nil
	}
	x := k.session
	err := x.once(ctx, func(tx *txn) error {
		return x.store.dialect.load(ctx, tx.conn, stageKeys, k.rows)
	})
	k.rows.reset()
	return wrap("list keys in", err)
}

//go:embed sql/customers_gone.sql
var countGoneCustomersSQL string

//go:embed sql/customers_remove.sql
var removeGoneCustomersSQL string

//go:embed sql/orders_gone.sql
var countGoneOrdersSQL string

//go:embed sql/orders_remove.sql
var removeGoneOrdersSQL string

//go:embed sql/targets_gone.sql
var goneTargetsSQL string

// Gone is how many of the store's live rows the source no longer has.
type Gone struct {
	Gone int64 `db:"gone"`
	Live int64 `db:"live"`
}

// CountGone compares the store's live rows, active customers or orders not yet removed, with the keys that were listed.
func (x *Session) CountGone(ctx context.Context) (Gone, error) {
	var g Gone
	query, err := x.byStream(countGoneCustomersSQL, countGoneOrdersSQL)
	if err == nil {
		err = x.get(ctx, x.own.conn, &g, query, nil)
	}
	return g, wrap("count removals in", err)
}

// RemoveGone makes the customers that the source no longer has inactive, or its orders removed, and settles what those refunded. Nothing is deleted.
func (p *Pass) RemoveGone(ctx context.Context) error {
	return p.mergeOn(ctx, p.session.own, func(tx *txn) (c Counts, err error) {
		m := orderMerge{Pass: p, tx: tx, args: map[string]any{"pass_id": p.ID, "now": p.now()}}
		query, err := p.session.byStream(removeGoneCustomersSQL, removeGoneOrdersSQL)
		if err != nil {
			return c, err
		}
		if p.session.stream == StreamOrders {
			if err := m.target(ctx, goneTargetsSQL); err != nil {
				return c, err
			}
		}
		if c.Removed, err = p.session.exec(ctx, tx, query, m.args); err != nil {
			return c, err
		}
		return c, m.settle(ctx, nil, &c)
	})
}

func (x *Session) byStream(customers, orders string) (string, error) {
	switch x.stream {
	case StreamCustomers:
		return customers, nil
	case StreamOrders:
		return orders, nil
	}
	return "", fmt.Errorf("stream %s has no keys of its own", x.stream)
}
