package loyalty

import "github.com/blackbirdctl/blackbirdctl/internal/model"

// UnknownOrderLines returns the lines that take back all points of an order that the store does not have. Its terms
// stay, so that it gets its points again should it come. Of its lines also the time from which they count is read.
func UnknownOrderLines(o *model.LedgerOrder) (lines []model.LedgerLine) {
	last := &o.Lines[len(o.Lines)-1]
	terms := ParseTerms(last.Terms)
	for _, customer := range formerCustomers(o) {
		points := pointsHeld(o, customer)
		if points == 0 {
			continue
		}
		lines = append(lines, model.LedgerLine{
			Source: model.SourceOrder, SourceID: o.ID, LocationID: o.LocationID, CustomerID: customer,
			Revision: last.Revision + int64(len(lines)) + 1, Kind: model.LineCorrection, Points: -points,
			EffectiveAt: last.EffectiveAt, Rate: terms.Rate, Multiplier: terms.Multiplier,
			Rule: "order unknown", Terms: last.Terms,
		})
	}
	return lines
}
