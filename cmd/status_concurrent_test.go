package cmd_test

import (
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestStatusDisturbsNoPass runs status again and again while passes come and go: no pass finds its lock held, and none
// counts as abandoned.
func TestStatusDisturbsNoPass(t *testing.T) {
	t.Parallel()
	for _, kind := range shop.Kinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			s := newShop(t, kind, t.TempDir())
			s.generate(biotracktest.Options{Customers: 20, Tickets: 20, Products: 5})
			s.run(0, "sync", "customers")
			const passes = 12
			for range passes {
				r := s.start("sync", "customers")
				for !r.over() {
					s.run(0, "status", "--streams", "customers")
				}
				if err := r.outcome().check(0); err != nil {
					t.Fatalf("a pass during status: %v\n%s", err, r.outcome().stderr)
				}
			}
		})
	}
}
