package loyalty

import (
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Obstacle is why an order earns nothing, whatever the rules are.
type Obstacle string

// The obstacles, in the order in which ObstacleOf looks for them.
const (
	NoObstacle        Obstacle = ""
	ObstacleAnonymous Obstacle = "no_customer"
	ObstacleUnknown   Obstacle = "customer_unknown"
	ObstacleStatus    Obstacle = "status"
)

// ObstacleOf returns why an order earns nothing under any rules, or NoObstacle.
func ObstacleOf(o *model.LedgerOrder) Obstacle {
	switch {
	case o.CustomerID == "":
		return ObstacleAnonymous
	case !o.Known:
		return ObstacleUnknown
	case !o.Status.Earns():
		return ObstacleStatus
	}
	return NoObstacle
}

// pointsHeld returns how many points a customer has for an order.
func pointsHeld(o *model.LedgerOrder, customer string) (points int64) {
	for i := range o.Lines {
		if o.Lines[i].CustomerID == customer {
			points += o.Lines[i].Points
		}
	}
	return points
}

// formerCustomers returns the customers of an order's lines who are not its customer now, sorted.
func formerCustomers(o *model.LedgerOrder) (customers []string) {
	for i := range o.Lines {
		if customer := o.Lines[i].CustomerID; customer != o.CustomerID {
			customers = append(customers, customer)
		}
	}
	slices.Sort(customers)
	return slices.Compact(customers)
}
