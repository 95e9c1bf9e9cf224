package loyalty

import (
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Period is a day or a month of the points.
type Period struct {
	// Period is written as 2026-01-31, or 2026-01.
	Period string `json:"period"`
	Roll
}

// Part is one customer's, kind's or location's part of the points.
type Part struct {
	Part string `json:"part"`
	Roll
}

// Roll is how points came about: Opening + Earned - Reversed - Redeemed - Expired + Adjusted = Closing.
type Roll struct {
	Opening int64 `json:"opening"`
	// Earned are the points that orders and enrollments gave; Reversed what refunds, voids and corrections took back.
	Earned   int64 `json:"earned"`
	Reversed int64 `json:"reversed"`
	// Redeemed are the points that people took, Adjusted those that they gave, and debts that were written off.
	Redeemed int64 `json:"redeemed"`
	Expired  int64 `json:"expired"`
	Adjusted int64 `json:"adjusted"`
	Closing  int64 `json:"closing"`
	// transferred is what customers got less what others lost: a transfer itself earns nothing.
	transferred int64
}

// RollForward returns the periods that have lines, by when these were written, in the local time of a zone: what is
// written later never changes a period that is over. The layout of a period is that of package time. Points moved
// before from are in the first opening balance; those from until on are left out, unless it is the zero time. Points
// come in the order of their times.
func RollForward(moved []model.PointsMoved, layout string, zone *time.Location, from, until time.Time) []Period {
	periods := []Period{}
	var balance int64
	for _, m := range moved {
		if !until.IsZero() && !m.At.Before(until) {
			break
		}
		opening := balance
		balance += m.Points
		if m.At.Before(from) {
			continue
		}
		name := m.At.In(zone).Format(layout)
		if n := len(periods); n == 0 || periods[n-1].Period != name {
			periods = append(periods, Period{Period: name, Roll: Roll{Opening: opening, Closing: opening}})
		}
		periods[len(periods)-1].add(m)
	}
	for i := range periods {
		periods[i].settleTransfers()
	}
	return periods
}

// RollParts returns the parts that have lines, by their names, in the order in which they come. Points moved before
// from are in the opening balances.
func RollParts(moved []model.PointsMoved, from time.Time) []Part {
	parts := []Part{}
	for _, m := range moved {
		if n := len(parts); n == 0 || parts[n-1].Part != m.Part {
			parts = append(parts, Part{Part: m.Part})
		}
		p := &parts[len(parts)-1]
		if m.At.Before(from) {
			p.Opening, p.Closing = p.Opening+m.Points, p.Closing+m.Points
		} else {
			p.add(m)
		}
	}
	for i := range parts {
		parts[i].settleTransfers()
	}
	return parts
}

// settleTransfers puts what customers got by transfers, less what others lost, to the points earned or reversed.
func (p *Roll) settleTransfers() {
	p.Earned += max(0, p.transferred)
	p.Reversed += max(0, -p.transferred)
}

func (p *Roll) add(m model.PointsMoved) {
	p.Closing += m.Points
	switch kind := m.Kind; {
	case kind == model.LineExpiry:
		p.Expired -= m.Points
	case kind == model.LineAdjustment && m.Points < 0:
		p.Redeemed -= m.Points
	case kind == model.LineTransfer:
		p.transferred += m.Points
	case kind != model.LineEnrollment && !kind.CountsForLifetime():
		p.Adjusted += m.Points
	case m.Points < 0:
		p.Reversed -= m.Points
	default:
		p.Earned += m.Points
	}
}
