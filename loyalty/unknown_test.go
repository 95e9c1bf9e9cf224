package loyalty

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// TestUnknownOrderLines: each customer's points are taken back, once; the order gets them again if it comes.
func TestUnknownOrderLines(t *testing.T) {
	order := sale(1, "20.46")
	unknown := model.LedgerOrder{ID: order.ID, LocationID: order.LocationID}
	for i, held := range []model.LedgerLine{
		{CustomerID: "B", Points: 41}, {CustomerID: "B", Points: -41}, {CustomerID: "C", Points: 40},
		{CustomerID: "D", Points: 1},
	} {
		held.Revision, held.EffectiveAt = int64(i+1), order.OrderedAt
		held.Terms, held.Rate, held.Multiplier = `{"basis":"total","rate":"2","multiplier":"1"}`, d("2"), d("1")
		unknown.Lines = append(unknown.Lines, held)
	}
	lines := UnknownOrderLines(&unknown)
	back := model.LedgerLine{
		Source: model.SourceOrder, SourceID: order.ID, LocationID: order.LocationID, CustomerID: "C", Revision: 5,
		Kind: model.LineCorrection, Points: -40, EffectiveAt: order.OrderedAt, Rate: d("2"), Multiplier: d("1"),
		Rule: "order unknown", Terms: `{"basis":"total","rate":"2","multiplier":"1"}`,
	}
	again := back
	again.CustomerID, again.Revision, again.Points = "D", 6, -1
	if diff := cmp.Diff([]model.LedgerLine{back, again}, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	unknown.Lines = append(unknown.Lines, lines...)
	if more := UnknownOrderLines(&unknown); len(more) > 0 {
		t.Errorf("points are taken back twice: %+v", more)
	}
	order.Lines = unknown.Lines
	rules := Rules{PointsPerDollar: d("1"), Basis: BasisTotal}
	got := historyOf(rules).Lines(&order, RejudgeNone)
	if len(got) != 1 || got[0].Points != 41 || got[0].CustomerID != "C" {
		t.Errorf("the order came after all, and gets %+v, want 41 points for C", got)
	}
}
