package cmd_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

type moved struct {
	Given int64 `json:"points_given"`
	Taken int64 `json:"points_taken"`
}

// previewed is what a preview says, or the same of a store.
type previewed struct {
	Days      []moved
	Customers int64 `json:"customers_with_points"`
	Points    int64
	Largest   int64
}

// TestPreviewIsWhatPassesDo compares a preview of all days with the ledger that passes then write.
func TestPreviewIsWhatPassesDo(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]string{
		"a rate": {"--points-per-dollar", "2"},
		"a program": {"--loyalty", `{"tiers": [{"name": "gold", "from": 200, "points_per_dollar": 3}],
			"enrollment": {"points": 50}, "expire_after_days": 400, "cap": {"day": 400}}`},
		"one location": {"--locations", "1", "--loyalty", `{"enrollment": {"points": 50}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t, shop.SQLite, t.TempDir())
			s.generate(biotracktest.Options{Customers: 60, Tickets: 600, Products: 5})
			preview := []string{"inspect", "loyalty", "--days", "36500", "--output", "json"}
			out := s.run(0, append(preview, settings...)...)
			var got, want previewed
			if err := json.Unmarshal([]byte(out.stdout), &got); err != nil {
				t.Fatal(err)
			}
			for range 2 { // customers who joined after an orders pass are enrolled after the next
				s.run(0, append([]string{"sync", "--streams", "customers,orders,points"}, settings...)...)
			}
			want.Days = make([]moved, 1)
			for _, line := range s.store.Ledger() {
				want.Days[0].Given += max(0, line.Points)
				want.Days[0].Taken += max(0, -line.Points)
			}
			for _, b := range s.store.Balances() {
				if b.Balance > 0 {
					want.Customers, want.Points, want.Largest = want.Customers+1, want.Points+b.Balance,
						max(want.Largest, b.Balance)
				}
			}
			sum := got.Days[:1]
			for _, day := range got.Days[1:] {
				sum[0].Given, sum[0].Taken = sum[0].Given+day.Given, sum[0].Taken+day.Taken
			}
			got.Days = sum
			if diff := cmp.Diff(want, got); diff != "" || got.Points == 0 {
				t.Errorf("(-passes +preview):\n%s", diff)
			}
		})
	}
}
