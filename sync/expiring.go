package sync

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Expiring are a customer's points that expire on a day, unless something happens until then.
type Expiring struct {
	CustomerID string `json:"customer_id"`
	Points     int64  `json:"points"`
	// ValidThrough is the last day on which the points can be spent, in the store's time zone; they are gone At.
	ValidThrough string    `json:"valid_through"`
	At           time.Time `json:"expires_at"`
}

// ExpiringWithin returns the points that expire within so many days from the present of the points, by the rules that
// the last points pass has left: the earliest first. The present is zero where no orders have been synced yet.
//
// They are what passes would take if nobody bought anything: the expiries of a later present. Those that have passed,
// and that no points pass has written yet, are among them. A debt that a refund has made counts from the order on:
// where debts are written off, that is earlier than in a pass.
func ExpiringWithin(
	ctx context.Context, store *blackbird.Store, days int,
) (all []Expiring, present time.Time, err error) {
	all = []Expiring{}
	if present, err = store.Present(ctx); err != nil || present.IsZero() {
		return all, present, err
	}
	programs, err := store.Programs(ctx)
	if err != nil || len(programs) == 0 {
		return all, present, err
	}
	versions, err := parseVersions(programs)
	if err != nil {
		return all, present, err
	}
	balances := versions.Balances(present.AddDate(0, 0, days))
	err = store.BalanceEvents(ctx, func(events []model.BalanceEvent) error {
		for _, line := range balances.Lines(events, nil) {
			if line.Kind == model.LineExpiry && line.Points < 0 {
				_, day, _ := strings.Cut(line.SourceID, line.CustomerID+":")
				all = append(all, Expiring{line.CustomerID, -line.Points, day, line.EffectiveAt.UTC()})
			}
		}
		return nil
	})
	slices.SortFunc(all, func(a, b Expiring) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.CustomerID, b.CustomerID))
	})
	return all, present, err
}
