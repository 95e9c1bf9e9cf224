package blackbird

import "context"

// Guests are customers of a location that is not synced whom orders name: they belong into the store, so that the
// orders earn points.

// CustomersNamed returns the customers whom orders name and whom the store lacks or has as inactive; where all are
// wanted, those too whose location is none of the given ones.
func (x *Session) CustomersNamed(ctx context.Context, locations []string, all bool) (ids []string, err error) {
	err = x.onOwn().Select(ctx, &ids, "customers_named", Args{"locations": locations, "all": asInt(all)})
	return ids, x.store.wrap("read customers", err)
}

// CustomersNamedAmong returns those of the customers whom orders name.
func (x *Session) CustomersNamedAmong(ctx context.Context, ids []string) (named []string, err error) {
	err = x.onOwn().Select(ctx, &named, "customers_named_among", Args{"ids": ids})
	return named, x.store.wrap("read customers", err)
}

// CustomersElsewhere returns the active customers whose location is none of the given ones; where all are not wanted,
// those whom no order names.
func (x *Session) CustomersElsewhere(ctx context.Context, locations []string, all bool) (ids []string, err error) {
	err = x.onOwn().Select(ctx, &ids, "customers_elsewhere", Args{"locations": locations, "all": asInt(all)})
	return ids, x.store.wrap("read customers", err)
}

// CountActive returns how many active customers of the locations the store has; of all where there are none.
func (x *Session) CountActive(ctx context.Context, locations []string) (n int64, err error) {
	args := Args{"locations": locations, "everywhere": asInt(len(locations) == 0)}
	err = x.onOwn().Get(ctx, &n, "customers_active", args)
	return n, x.store.wrap("count customers", err)
}

// asInt is a truth value as a parameter that both databases compare alike.
func asInt(v bool) int {
	if v {
		return 1
	}
	return 0
}
