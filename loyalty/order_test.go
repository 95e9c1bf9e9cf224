package loyalty

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestObstacle(t *testing.T) {
	got := make(map[string]Obstacle)
	for what, o := range map[string]model.LedgerOrder{
		"completed":          {CustomerID: "C", Known: true, Status: model.OrderCompleted},
		"partially refunded": {CustomerID: "C", Known: true, Status: model.OrderPartiallyRefunded},
		"refunded":           {CustomerID: "C", Known: true, Status: model.OrderRefunded},
		"unknown customer":   {CustomerID: "C", Status: model.OrderCompleted},
		"no customer":        {Status: model.OrderOpen},
	} {
		got[what] = ObstacleOf(&o)
	}
	want := map[string]Obstacle{
		"completed": NoObstacle, "partially refunded": NoObstacle, "refunded": ObstacleStatus,
		"unknown customer": ObstacleUnknown, "no customer": ObstacleAnonymous,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
