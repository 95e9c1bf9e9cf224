package loyalty

import (
	"slices"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Order is what the rules need to know of an order, with the lines that the ledger has of it.
type Order struct {
	ID string
	// CustomerID is empty where the order has no customer.
	CustomerID    string
	Status        model.OrderStatus
	Subtotal      model.Cents
	Tax           model.Cents
	Total         model.Cents
	RefundedTotal model.Cents
	LocationID    int64
	OrderedAt     time.Time
	// Known says that the store has a row of the customer.
	Known bool
	// Lines are in order of revision.
	Lines []model.LedgerLine
}

// Obstacle is why an order earns nothing, whatever the rules are.
type Obstacle string

// The obstacles, in the order in which Order.Obstacle looks for them.
const (
	NoObstacle        Obstacle = ""
	ObstacleAnonymous Obstacle = "no_customer"
	ObstacleUnknown   Obstacle = "customer_unknown"
	ObstacleStatus    Obstacle = "status"
)

// Obstacle returns why the order earns nothing under any rules, or NoObstacle.
func (o *Order) Obstacle() Obstacle {
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

// held returns how many points a customer has for the order.
func (o *Order) held(customer string) (points int64) {
	for i := range o.Lines {
		if o.Lines[i].CustomerID == customer {
			points += o.Lines[i].Points
		}
	}
	return points
}

// formerCustomers returns the customers of the order's lines who are not its customer now, sorted.
func (o *Order) formerCustomers() (customers []string) {
	for i := range o.Lines {
		if customer := o.Lines[i].CustomerID; customer != o.CustomerID {
			customers = append(customers, customer)
		}
	}
	slices.Sort(customers)
	return slices.Compact(customers)
}
