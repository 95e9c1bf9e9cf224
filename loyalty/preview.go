package loyalty

import (
	"maps"
	"slices"
	"time"
)

// Day is what a program gives and takes on one day.
type Day struct {
	// Date is written as 2026-01-31.
	Date   string `json:"date"`
	Orders int64  `json:"orders"`
	Given  int64  `json:"points_given"`
	Taken  int64  `json:"points_taken"`
}

// Days adds orders and points up by their days.
type Days map[string]*Day

// Add adds orders, and points that count from a moment on, in the local time of its zone.
func (d Days) Add(at time.Time, orders, points int64) {
	date := at.Format(time.DateOnly)
	if d[date] == nil {
		d[date] = &Day{Date: date}
	}
	day := d[date]
	day.Orders += orders
	day.Given += max(0, points)
	day.Taken += max(0, -points)
}

// Sorted returns the days that have orders or points, in order.
func (d Days) Sorted() []Day {
	days := []Day{}
	for _, date := range slices.Sorted(maps.Keys(d)) {
		days = append(days, *d[date])
	}
	return days
}

// Holdings is how points are spread over the customers who hold some.
type Holdings struct {
	Customers int64 `json:"customers_with_points"`
	Points    int64 `json:"points"`
	// Largest and Median are balances, 0 where nobody holds points.
	Largest int64   `json:"largest"`
	Median  int64   `json:"median"`
	Top     []Share `json:"top"`
}

// Share is what the customers with the largest balances hold: so many percent of all who hold points.
type Share struct {
	Percent   int64 `json:"percent"`
	Customers int64 `json:"customers"`
	Points    int64 `json:"points"`
}

// HoldingsOf returns how balances are spread. All are above 0, the largest first.
func HoldingsOf(balances []int64) Holdings {
	n := int64(len(balances))
	h := Holdings{Customers: n, Points: sum(balances), Top: []Share{}}
	if n == 0 {
		return h
	}
	h.Largest, h.Median = balances[0], balances[n/2]
	for _, percent := range []int64{1, 10, 50} {
		top := (n*percent + 99) / 100
		h.Top = append(h.Top, Share{Percent: percent, Customers: top, Points: sum(balances[:top])})
	}
	return h
}

func sum(balances []int64) (points int64) {
	for _, balance := range balances {
		points += balance
	}
	return points
}
