package cmd_test

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestNewStoreAtOnce: processes that make an embedded store at the same time do not get into each other's way.
func TestNewStoreAtOnce(t *testing.T) {
	t.Parallel()
	for range 8 {
		s := newShop(t, shop.SQLite, t.TempDir())
		var runs []*running
		for range 6 {
			runs = append(runs, s.start("migrate"))
		}
		for _, r := range runs {
			if err := r.outcome().check(0); err != nil {
				t.Errorf("%v\n%s", err, r.outcome().stderr)
			}
		}
	}
}
