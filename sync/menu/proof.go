package menu

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

// enoughSales is how many lines of sales prove a product's price, or disprove it.
const enoughSales = 3

// cent is as close as prices have to be. A line at a cent or less is a gift, which often has to have a price: it proves
// none.
var cent = decimal.New(1, -2)

// Proof holds the prices that are read in price points against those at which BioTrack itself sold lately.
type Proof struct {
	// Sold is how many of the products that have prices, and are not deleted, were sold often enough to tell.
	Sold int `json:"sold"`
	// Unreadable is how many others were, whose price points cannot be read.
	Unreadable int `json:"unreadable"`
	// Levels are those that price points name, each with how many of these products were mostly sold at its prices.
	Levels []LevelProof `json:"levels"`
	// Menu is nil where no member level is configured.
	Menu *ProvenMenu `json:"menu"`
	// PerUnit says that lines of sales have the price of one unit: else that of the whole line.
	PerUnit bool `json:"per_unit"`
	// Misread is another reading of the price points that explains more of these products than any level does, nil
	// where none does.
	Misread *Misreading `json:"misread,omitempty"`
}

// LevelProof is how well the prices of a level explain the sales.
type LevelProof struct {
	Level int64 `json:"level"`
	Agree int   `json:"agree"`
}

// Misreading is how price points may be meant, and how many products were sold at the prices that they have then.
type Misreading struct {
	// Reading is said after "with".
	Reading string `json:"reading"`
	Agree   int    `json:"agree"`
}

// misreadings are the readings that are tried, with what makes such a price of one that was read.
var misreadings = []struct {
	name string
	of   func(biotrack.PriceBreak) biotrack.PriceBreak
}{
	{"quantity and price swapped", func(b biotrack.PriceBreak) biotrack.PriceBreak {
		return biotrack.PriceBreak{Level: b.Level, Quantity: b.Price, Price: b.Quantity}
	}},
	{"prices of one unit", func(b biotrack.PriceBreak) biotrack.PriceBreak {
		b.Price = b.Price.Mul(b.Quantity)
		return b
	}},
	{"prices in cents", func(b biotrack.PriceBreak) biotrack.PriceBreak {
		b.Price = b.Price.Shift(-2)
		return b
	}},
}

// ProvenMenu counts the products that the menu would show: those that were sold at its prices, those that were not, and
// those that were not sold often enough, or at no price often enough, to tell.
type ProvenMenu struct {
	Agree   int `json:"agree"`
	Differ  int `json:"differ"`
	NotSold int `json:"not_sold"`
	// Ratio is nil where those that differ have none in common.
	Ratio *PriceRatio `json:"ratio,omitempty"`
	// Differing are as many of those that differ as were asked for, those that were sold most often first.
	Differing []ProductProof `json:"differing"`
}

// PriceRatio is what most of the products that differ were sold at, in percent of the price that the menu shows.
type PriceRatio struct {
	Percent  int64 `json:"percent"`
	Products int   `json:"products"`
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
	if p.levelHint != "" {
		return ProveLevels(p.grammar, p.products, sales)
	}
	return p.Menu.Prove(p.products, sales, limit)
}

// Prove returns the proof of the products by what was sold, with up to limit products that differ.
func (m *Menu) Prove(products []biotrack.Product, sales []biotrack.Sold, limit int) *Proof {
	proof := ProveLevels(m.grammar, products, sales)
	sold, _ := soldProducts(m.grammar, products, sales)
	proof.Menu = m.proveMenu(sold, proof.PerUnit, limit)
	return proof
}

// ProveLevels returns the proof of the levels alone.
func ProveLevels(grammar biotrack.PriceGrammar, products []biotrack.Product, sales []biotrack.Sold) *Proof {
	sold, unreadable := soldProducts(grammar, products, sales)
	levels := pricedLevels(grammar, products)
	proof, perUnit := prove(levels, sold, false), prove(levels, sold, true)
	proof.Unreadable, perUnit.Unreadable = unreadable, unreadable
	if perUnit.Best().Agree > proof.Best().Agree {
		return perUnit
	}
	proof.findMisreading(levels, sold)
	return proof
}

// soldProduct is a product that is not deleted, its prices, and what was sold of it.
type soldProduct struct {
	*biotrack.Product
	table biotrack.PriceTable
	lines []biotrack.Sold
}

// soldProducts returns the products that have prices which can be read, and their sales but for gifts; and how many
// others were sold often enough to tell, had they such prices.
func soldProducts(
	grammar biotrack.PriceGrammar, products []biotrack.Product, sales []biotrack.Sold,
) (sold []soldProduct, unreadable int) {
	lines := make(map[int64][]biotrack.Sold)
	for _, s := range sales {
		if s.Price.GreaterThan(cent) {
			lines[s.ProductID] = append(lines[s.ProductID], s)
		}
	}
	for i := range products {
		p := &products[i]
		table, reject := priceTable(grammar, p)
		switch {
		case p.Deleted:
		case reject != nil && timesSold(lines[p.ID]) >= enoughSales:
			unreadable++
		case len(table) > 0:
			sold = append(sold, soldProduct{p, table, lines[p.ID]})
		}
	}
	return sold, unreadable
}

func timesSold(lines []biotrack.Sold) (times int64) {
	for _, line := range lines {
		times += line.Times
	}
	return times
}

func prove(levels []int64, sold []soldProduct, perUnit bool) *Proof {
	proof := &Proof{Levels: []LevelProof{}, PerUnit: perUnit}
	for _, level := range levels {
		proof.Levels = append(proof.Levels, LevelProof{Level: level})
	}
	for _, s := range sold {
		t := tallyOf(s.table, s.lines, perUnit)
		if t.all < enoughSales {
			continue
		}
		proof.Sold++
		for j := range proof.Levels {
			if t.leads(proof.Levels[j].Level) {
				proof.Levels[j].Agree++
			}
		}
	}
	return proof
}

// findMisreading looks for another reading that explains more of the products.
func (p *Proof) findMisreading(levels []int64, sold []soldProduct) {
	most := p.Best().Agree
	for _, reading := range misreadings {
		other := slices.Clone(sold)
		for i := range other {
			other[i].table = make(biotrack.PriceTable, len(sold[i].table))
			for j, b := range sold[i].table {
				other[i].table[j] = reading.of(b)
			}
		}
		if agree := prove(levels, other, false).Best().Agree; agree > most {
			most, p.Misread = agree, &Misreading{Reading: reading.name, Agree: agree}
		}
	}
}

// Best returns the level that explains the most products, the first of several.
func (p *Proof) Best() (best LevelProof) {
	for i, level := range p.Levels {
		if i == 0 || level.Agree > best.Agree {
			best = level
		}
	}
	return best
}

// Better says what explains the sales better than a level's prices do, or what those that differ have in common; empty
// where nothing is known.
func (p *Proof) Better(level int64) string {
	best, m := p.Best(), p.Menu
	fits := func(agree int) string { return fmt.Sprintf("%d %%", 100*agree/p.Sold) }
	switch {
	case p.Unreadable > p.Sold:
		return fmt.Sprintf("the price points of %d cannot be read", p.Unreadable)
	case p.Misread != nil:
		return "price points with " + p.Misread.Reading + " fit better: " + fits(p.Misread.Agree)
	case !slices.Contains(p.Levels, LevelProof{Level: level, Agree: best.Agree}):
		return fmt.Sprintf("level %d fits better: %s", best.Level, fits(best.Agree))
	case m != nil && m.Ratio != nil:
		if times := m.Ratio.Percent / 100; times > 1 && m.Ratio.Percent%100 == 0 {
			return fmt.Sprintf("%d were sold at %d times it", m.Ratio.Products, times)
		}
		return fmt.Sprintf("%d were sold at %d %% of it", m.Ratio.Products, m.Ratio.Percent)
	}
	return ""
}

func (m *Menu) proveMenu(sold []soldProduct, perUnit bool, limit int) *ProvenMenu {
	proof, ratios := &ProvenMenu{Differing: []ProductProof{}}, make(map[int64]int)
	for _, s := range sold {
		if line, reject := m.Line(s.Product); reject != nil || !line.OnMenu {
			continue
		}
		switch t := tallyOf(s.table, s.lines, perUnit); {
		case t.all < enoughSales:
			proof.NotSold++
		case t.has(m.Level):
			proof.Agree++
		case !haveAPrice(s.lines, perUnit):
			proof.NotSold++
		default:
			proof.Differ++
			at := s.table.At(m.Level)
			most := slices.MaxFunc(s.lines, func(a, b biotrack.Sold) int { return cmp.Compare(a.Times, b.Times) })
			ratios[ratio(at, most, perUnit)]++
			proof.Differing = append(proof.Differing, ProductProof{
				ID: s.ID, Name: s.Name, Menu: priceBreaks(at), SoldQuantity: most.Quantity.String(),
				SoldPrice: most.Price.StringFixed(2), Times: most.Times,
			})
		}
	}
	for percent, n := range ratios {
		if n >= enoughSales && 2*n > proof.Differ && percent != 100 {
			proof.Ratio = &PriceRatio{Percent: percent, Products: n}
		}
	}
	slices.SortStableFunc(proof.Differing, func(a, b ProductProof) int { return cmp.Compare(b.Times, a.Times) })
	proof.Differing = proof.Differing[:min(limit, len(proof.Differing))]
	return proof
}

// haveAPrice reports whether a price of one unit is that of enough lines: where each was sold at another, as by hand,
// they say nothing of the menu's.
func haveAPrice(lines []biotrack.Sold, perUnit bool) bool {
	times := make(map[string]int64)
	for _, line := range lines {
		price := line.Price
		if !perUnit {
			price = price.DivRound(line.Quantity, 4)
		}
		times[price.StringFixed(2)] += line.Times
		if times[price.StringFixed(2)] >= enoughSales {
			return true
		}
	}
	return false
}

// ratio returns a line's price in percent of what the quantity costs at the price breaks, rounded; 0 where it is free.
func ratio(table biotrack.PriceTable, line biotrack.Sold, perUnit bool) int64 {
	b := table[0]
	for _, larger := range table[1:] {
		if larger.Quantity.LessThanOrEqual(line.Quantity) {
			b = larger
		}
	}
	price := priceOf(b, line, perUnit)
	if price.IsZero() {
		return 0
	}
	return line.Price.Shift(2).DivRound(price, 0).IntPart()
}

// tally counts a product's lines of sales: all that can tell, those at the prices of any level, and of each.
type tally struct {
	all, any int64
	at       map[int64]int64
}

// tallyOf counts lines by the levels whose prices they were sold at. What was no longer sold once the product was sold
// at one of its prices is left out: it was sold before the prices were changed.
func tallyOf(table biotrack.PriceTable, lines []biotrack.Sold, perUnit bool) tally {
	t := tally{at: make(map[int64]int64)}
	since, levels := int64(math.MaxInt64), make([]map[int64]bool, len(lines))
	for i, line := range lines {
		levels[i] = make(map[int64]bool)
		for _, b := range table {
			if sells(b, line, perUnit) {
				levels[i][b.Level], since = true, min(since, line.First)
			}
		}
	}
	for i, line := range lines {
		explained := len(levels[i]) > 0
		if !explained && since < math.MaxInt64 && line.Last < since {
			continue
		}
		t.all += line.Times
		if explained {
			t.any += line.Times
		}
		for level := range levels[i] {
			t.at[level] += line.Times
		}
	}
	return t
}

// explained reports whether at least half of the lines were at the prices of some level.
func (t tally) explained() bool { return t.any > 0 && 2*t.any >= t.all }

// leads reports whether at least half of the lines were at a level's prices; or where they were at the prices of many
// levels, whether at no other level's were more.
func (t tally) leads(level int64) bool {
	n := t.at[level]
	return n > 0 && t.explained() && (2*n >= t.all || n == slices.Max(slices.Collect(maps.Values(t.at))))
}

// has reports whether a level's prices are the product's: they lead, or a quarter of what is explained was sold at
// them, and the rest to members of other levels.
func (t tally) has(level int64) bool {
	return t.leads(level) || t.explained() && 4*t.at[level] >= t.any
}

// sells reports whether a line is a sale at a price break: of its quantity or more, in proportion, to the cent.
func sells(b biotrack.PriceBreak, line biotrack.Sold, perUnit bool) bool {
	return b.Quantity.IsPositive() && line.Quantity.GreaterThanOrEqual(b.Quantity) &&
		priceOf(b, line, perUnit).Sub(line.Price).Abs().LessThan(cent)
}

// priceOf returns what a line has as its price if its quantity is sold at a price break.
func priceOf(b biotrack.PriceBreak, line biotrack.Sold, perUnit bool) decimal.Decimal {
	if perUnit {
		return b.Price
	}
	return line.Quantity.Mul(b.Price).DivRound(b.Quantity, 4)
}
