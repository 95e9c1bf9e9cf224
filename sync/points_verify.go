package sync

import (
	"context"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// notedLine is a line that the ledger lacks, and the row that was found to differ because of it.
type notedLine struct {
	row      model.Key
	customer string
	points   int64
}

// note keeps a line that a verification found the ledger to lack, up to as many as it names.
func (p *pointsRun) note(line *model.LedgerLine) {
	if p.run.opts.verifies() && len(p.noted) < maxFindings {
		row := model.Key{Name: line.Label(), Location: line.LocationID}
		p.noted = append(p.noted, notedLine{row, line.CustomerID, line.Points})
	}
}

// lacking returns how many points the ledger lacks of each customer, pending orders left out.
func (p *pointsRun) lacking() map[string]int64 {
	points := make(map[string]int64)
	for _, line := range p.noted {
		if _, found := p.run.findings.rows[line.row]; found {
			points[line.customer] += line.points
		}
	}
	return points
}

// takeUnknown takes back the points that the ledger holds of orders that the store does not have. No pass wrote them:
// an order is removed by its status.
func (p *pointsRun) takeUnknown(ctx context.Context) error {
	p.run.step("looking for lines without an order", 0)
	unknown, err := p.run.session.UnknownOrders(ctx)
	if err != nil {
		return err
	}
	var lines []model.LedgerLine
	for i := range unknown {
		added := loyalty.UnknownOrderLines(&unknown[i])
		for i := range added {
			p.totals.add(&added[i])
			p.note(&added[i])
			p.run.findings.add(blackbird.Difference{
				Key: added[i].SourceID, Location: added[i].LocationID, Kind: blackbird.OrderUnknown,
				Fields: []string{"points"}, Derived: true,
			})
		}
		lines = append(lines, added...)
	}
	return p.append(ctx, lines, blackbird.Counts{})
}
