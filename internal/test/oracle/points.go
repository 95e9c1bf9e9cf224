package oracle

import (
	"math/big"
	"time"

	"github.com/shopspring/decimal"
)

// Rules are the rules under which one order earns points.
type Rules struct {
	Rate, Multiplier decimal.Decimal
	Basis            string
	// Starts is the time from which orders earn; zero: all do.
	Starts time.Time
}

// Today are the rules of the settings.
func (s Settings) Today() Rules {
	return Rules{Rate: s.PointsPerDollar, Multiplier: decimal.NewFromInt(1), Basis: s.Basis, Starts: s.Starts}
}

// net is what of an order counts: its basis less what was refunded in proportion, exactly.
func net(order Order, basis string) *big.Rat {
	total, refunded, subtotal := order.Total.Rat(), order.RefundedTotal.Rat(), order.Subtotal.Rat()
	left := new(big.Rat).Sub(total, refunded)
	if left.Sign() < 0 {
		left = new(big.Rat)
	}
	if basis != BasisSubtotal {
		return left
	}
	if total.Sign() > 0 {
		share := new(big.Rat).Quo(left, total)
		return share.Mul(share, subtotal)
	}
	if refunded.Sign() == 0 {
		return subtotal
	}
	return new(big.Rat)
}

// Due is what an order earns for its customer under the rules. known reports whether that customer has a row.
func Due(order Order, known bool, rules Rules) int64 {
	if !known || !order.CustomerID.Valid {
		return 0
	}
	if order.Status != StatusCompleted && order.Status != StatusPartiallyRefunded {
		return 0
	}
	if order.OrderedAt.Before(rules.Starts) {
		return 0
	}
	exact := net(order, rules.Basis)
	exact = exact.Mul(exact, rules.Rate.Rat())
	exact = exact.Mul(exact, rules.Multiplier.Rat())
	return max(0, roundHalfUp(exact))
}

// expectPoints fills in the points of each order and the balances, as the first award of everything gives them.
func expectPoints(settings Settings, out *Expected) {
	for id, order := range out.Orders {
		_, known := out.Customers[order.CustomerID.String]
		due := Due(order, known, settings.Today())
		if due == 0 {
			continue
		}
		out.Points[PointsKey{id, order.CustomerID.String}] = due
		out.Balances[order.CustomerID.String] += due
	}
}
