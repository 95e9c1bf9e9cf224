package biotrack

import (
	"strconv"
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// TestEstimate: the planner's figure, and 0 where the planner has none, as on a server that has never analyzed its
// tables.
func TestEstimate(t *testing.T) {
	t.Parallel()
	shop.EachLayout(t, func(t *testing.T, layout biotracktest.Layout) {
		s := filledTill(t, layout)
		source := s.open()
		tickets := must[*Table[Ticket]](t)(source.Tickets())
		customers := must[*Table[Customer]](t)(source.Customers())
		s.Exec("ANALYZE tickets")
		for _, reltuples := range []string{"0", "-1"} {
			s.Exec("UPDATE pg_class SET reltuples = " + reltuples + " WHERE relname = 'customers'")
			if n := must[int64](t)(customers.Estimate(t.Context())); n != 0 {
				t.Errorf("of a table that was never analyzed: %d", n)
			}
		}
		want := s.Value("SELECT count(*) FROM tickets")
		if n := must[int64](t)(tickets.Estimate(t.Context())); strconv.FormatInt(n, 10) != want {
			t.Errorf("of an analyzed table: %d, want %s", n, want)
		}
	})
}
