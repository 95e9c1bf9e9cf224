package sync

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// customersElsewhere are the customers who are registered at a location that is not synced and belong into the store
// all the same: an order names them, and is to earn points.
type customersElsewhere struct {
	opts *Options
	// guests are those who belong into the store, outside those who have been read and may not.
	guests, outside map[string]bool
}

// counts reports whether a customer belongs into the store.
func (e *customersElsewhere) counts(c *biotrack.Customer) bool {
	if e.opts.inScope(c.Location) {
		return true
	}
	if c.ID != nil && !e.guests[string(c.ID)] {
		e.outside[string(c.ID)] = true
	}
	return e.guests[string(c.ID)] && !c.Duplicate
}

func (e *customersElsewhere) locations() (texts []string) {
	for _, id := range e.opts.Locations {
		texts = append(texts, strconv.FormatInt(id, 10))
	}
	return texts
}

// all returns the keys of all guests. A verification leaves it to the passes which customers orders name by now, for
// the store's orders are not the till's.
func (e *customersElsewhere) all(ctx context.Context, t *tableRun[biotrack.Customer]) ([]string, error) {
	ask := t.run.session.CustomersNamed
	if t.run.opts.verifies() && t.run.opts.DryRun {
		ask = t.run.session.CustomersElsewhere
	}
	ids, err := ask(ctx, e.locations(), true)
	if err != nil {
		return nil, err
	}
	return e.admit(ctx, t, ids)
}

// admit makes those of the customers guests who have no row at a location that is synced, and returns the keys of all
// their rows.
func (e *customersElsewhere) admit(
	ctx context.Context, t *tableRun[biotrack.Customer], ids []string,
) (keys []string, err error) {
	if keys, err = t.keysOf(ctx, ids); err != nil {
		return nil, err
	}
	guests := setOf(ids)
	for some := range slices.Chunk(keys, t.run.opts.BatchSize) {
		_, err := t.run.readPage(ctx, func() (biotrack.Page, error) {
			return t.table.ByKey(ctx, some, func(c *biotrack.Customer) error {
				if e.opts.inScope(c.Location) {
					delete(guests, string(c.ID))
				}
				return nil
			})
		})
		if err != nil {
			return nil, err
		}
	}
	maps.Copy(e.guests, guests)
	return keys, nil
}

// settle decides which of the customers who have been read at other locations are guests. An incremental pass also
// looks for guests whose orders came since, for those whom no order names any more, and for customers who are gone.
func (e *customersElsewhere) settle(ctx context.Context, t *tableRun[biotrack.Customer]) error {
	session := t.run.session
	if len(e.opts.Locations) > 0 {
		outside := slices.Collect(maps.Keys(e.outside))
		named, err := session.CustomersNamedAmong(ctx, outside)
		if err != nil {
			return err
		}
		var leaving []string
		if t.plan.mode == ModeIncremental {
			missing, err := session.CustomersNamed(ctx, e.locations(), false)
			if err != nil {
				return err
			}
			named = append(named, missing...)
			if leaving, err = session.CustomersElsewhere(ctx, e.locations(), false); err != nil {
				return err
			}
		}
		keys, err := e.admit(ctx, t, named)
		if err == nil {
			err = t.readKeys(ctx, keys)
		}
		if err != nil {
			return err
		}
		leaving = without(append(outside, leaving...), e.guests)
		if err := t.replace(ctx, keysNamed(leaving)); err != nil {
			return err
		}
	}
	if t.plan.mode != ModeIncremental {
		return nil
	}
	return e.findGone(ctx, t)
}

func keysNamed(names []string) (keys []model.Key) {
	for _, name := range names {
		keys = append(keys, model.Key{Name: name})
	}
	return keys
}

// findGone looks for customers who are gone without a trace. Whoever got another id at the till is a new customer
// there, so it looks where the pass has changed anything and both sides do not have as many.
func (e *customersElsewhere) findGone(ctx context.Context, t *tableRun[biotrack.Customer]) error {
	if c := t.run.pass.Counts; c.Inserted+c.Updated == 0 {
		return nil
	}
	there, err := withRetry(ctx, t.run, func() (int64, error) { return t.table.CountLive(ctx, e.opts.Locations) })
	if err != nil {
		return err
	}
	here, err := t.run.session.CountActive(ctx, e.locations())
	if err != nil || here == there {
		return err
	}
	return t.removeGone(ctx)
}
