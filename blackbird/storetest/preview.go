package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func testPreview(t *testing.T, h *fixture) {
	earlier := noon.Add(-time.Hour)
	orders := h.writer(blackbird.Orders)
	orders.orders(
		saleTo("A", "1"), saleTo("B", "1"), saleTo("C", "2"), sale("walk-in", 1000), saleTo("poor", "4"),
		with(saleTo("before", "3"), func(o *blackbird.Order) { o.OrderedAt = earlier }),
		with(saleTo("open", "5"), func(o *blackbird.Order) { o.Status = model.OrderOpen }),
	)
	orders.end()
	points := h.writer(blackbird.Points)
	before := lineOf("3", "before", 1, 50)
	before.EffectiveAt = earlier
	points.lines(lineOf("1", "A", 1, 20), lineOf("1", "B", 1, 5), lineOf("2", "C", 1, 20), lineOf("2", "C", 2, -20),
		lineOf("4", "poor", 1, -7), before)
	points.end()
	other := h.writerOf("other", blackbird.Points, false)
	other.lines(lineOf("1", "A", 1, 1000))
	other.end()

	var sold, given, taken int64
	found, err := h.open(storeID).Preview(t.Context(), noon, func(at time.Time, orders, points int64) {
		if !at.Equal(noon) {
			t.Errorf("a row is of %v", at)
		}
		sold, given, taken = sold+orders, given+max(0, points), taken+max(0, -points)
	})
	h.noError(err)
	if got := fmt.Sprint(sold, given, taken); got != "5 45 27" {
		t.Errorf("orders, points given and taken: %s, want 5 45 27", got)
	}
	want := blackbird.Preview{Buyers: 3, Holding: 1, Balances: []int64{50, 25}}
	h.assertSame("preview", found, want)
}
