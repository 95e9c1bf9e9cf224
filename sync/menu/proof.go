package menu

import (
	"cmp"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// enoughSales is how many lines of sales prove a product's price, or disprove it.
const enoughSales = 3

// Proof holds the prices that are read in price points against those at which BioTrack itself sold lately.
type Proof struct {
	// Sold is how many of the products that are not deleted were sold often enough to tell.
	Sold int `json:"sold"`
	// Levels are those that price points name, each with how many of these products were sold at its prices.
	Levels []LevelProof `json:"levels"`
	// Menu is nil where no member level is configured.
	Menu *ProvenMenu `json:"menu"`
	// PerUnit says that lines of sales have the price of one unit: else that of the whole line.
	PerUnit bool `json:"per_unit"`
}

// LevelProof is how well the prices of a level explain the sales.
type LevelProof struct {
	Level int64 `json:"level"`
	Agree int   `json:"agree"`
}

// ProvenMenu counts the products that the menu would show: those that were sold at its prices, those that were not, and
// those that were not sold often enough to tell.
type ProvenMenu struct {
	Agree   int `json:"agree"`
	Differ  int `json:"differ"`
	NotSold int `json:"not_sold"`
	// Differing are as many of those that differ as were asked for, those that were sold most often first.
	Differing []ProductProof `json:"differing"`
}

// ProductProof is a product whose sales the menu's prices do not explain.
type ProductProof struct {
	ID   int64                 `json:"id"`
	Name string                `json:"name"`
	Menu blackbird.PriceBreaks `json:"menu"`
	// SoldQuantity and SoldPrice are what was sold most often, Times how often.
	SoldQuantity string `json:"sold_quantity"`
	SoldPrice    string `json:"sold_price"`
	Times        int64  `json:"times"`
}

// Prove returns the proof by what was sold, with up to limit products that differ.
func (p *Preview) Prove(sales []biotrack.Sold, limit int) *Proof {
	sold := make(map[int64][]biotrack.Sold)
	for _, s := range sales {
		sold[s.ProductID] = append(sold[s.ProductID], s)
	}
	perLine, perUnit := p.prove(sold, false), p.prove(sold, true)
	proof := perLine
	if perUnit.best() > perLine.best() {
		proof = perUnit
	}
	if p.levelHint == "" {
		proof.Menu = p.proveMenu(sold, proof.PerUnit, limit)
	}
	return proof
}

func (p *Preview) prove(sold map[int64][]biotrack.Sold, perUnit bool) *Proof {
	proof := &Proof{Levels: []LevelProof{}, PerUnit: perUnit}
	for _, level := range pricedLevels(p.grammar, p.products) {
		proof.Levels = append(proof.Levels, LevelProof{Level: level})
	}
	for i := range p.products {
		product := &p.products[i]
		table, reject := priceTable(p.grammar, product)
		lines := sold[product.ID]
		if product.Deleted || reject != nil || timesSold(lines) < enoughSales {
			continue
		}
		proof.Sold++
		for j := range proof.Levels {
			if explains(table.At(proof.Levels[j].Level), lines, perUnit) {
				proof.Levels[j].Agree++
			}
		}
	}
	return proof
}

// At returns how many products were sold at a level's prices.
func (p *Proof) At(level int64) (agree int) {
	for _, l := range p.Levels {
		if l.Level == level {
			agree = l.Agree
		}
	}
	return agree
}

// best is how many products the best level explains.
func (p *Proof) best() (agree int) {
	for _, level := range p.Levels {
		agree = max(agree, level.Agree)
	}
	return agree
}

func (p *Preview) proveMenu(sold map[int64][]biotrack.Sold, perUnit bool, limit int) *ProvenMenu {
	proof := &ProvenMenu{Differing: []ProductProof{}}
	for i := range p.products {
		product := &p.products[i]
		line, reject := p.Line(product)
		if reject != nil || !line.OnMenu {
			continue
		}
		table, _ := priceTable(p.grammar, product)
		lines := sold[product.ID]
		switch at := table.At(p.Level); {
		case timesSold(lines) < enoughSales:
			proof.NotSold++
		case explains(at, lines, perUnit):
			proof.Agree++
		default:
			proof.Differ++
			most := slices.MaxFunc(lines, func(a, b biotrack.Sold) int { return cmp.Compare(a.Times, b.Times) })
			proof.Differing = append(proof.Differing, ProductProof{
				ID: product.ID, Name: product.Name, Menu: priceBreaks(at),
				SoldQuantity: most.Quantity.String(), SoldPrice: most.Price.StringFixed(2), Times: most.Times,
			})
		}
	}
	slices.SortStableFunc(proof.Differing, func(a, b ProductProof) int { return cmp.Compare(b.Times, a.Times) })
	proof.Differing = proof.Differing[:min(limit, len(proof.Differing))]
	return proof
}

func timesSold(lines []biotrack.Sold) (times int64) {
	for _, line := range lines {
		times += line.Times
	}
	return times
}

// explains reports whether at least half of a product's sales were at these prices: others may have been to members of
// another level.
func explains(table biotrack.PriceTable, lines []biotrack.Sold, perUnit bool) bool {
	var explained int64
	for _, line := range lines {
		if slices.ContainsFunc(table, func(b biotrack.PriceBreak) bool { return sells(b, line, perUnit) }) {
			explained += line.Times
		}
	}
	return 2*explained >= timesSold(lines)
}

// sells reports whether a line is a sale at a price break: of its quantity or more, in proportion, to the cent.
func sells(b biotrack.PriceBreak, line biotrack.Sold, perUnit bool) bool {
	price := b.Price
	if !perUnit {
		price = line.Quantity.Mul(b.Price).DivRound(b.Quantity, 4)
	}
	cent := decimal.New(1, -2)
	return line.Quantity.GreaterThanOrEqual(b.Quantity) && price.Sub(line.Price).Abs().LessThan(cent)
}
