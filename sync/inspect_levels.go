package sync

import (
	"context"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// LevelUse is a member level, and how many of the products that are not deleted have a price at it.
type LevelUse struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Listed says that the menu can show the level's prices: BioTrack lists it, or it is level 0, the default.
	Listed   bool `json:"listed"`
	Products int  `json:"products"`
}

// LevelsFound is what there is to know before a member level is chosen.
type LevelsFound struct {
	Levels []LevelUse `json:"levels"`
	// Products is how many products are not deleted, and BadPrices how many of them have a price point that does not parse.
	Products  int `json:"products"`
	BadPrices int `json:"bad_prices"`
}

// InspectLevels finds the member levels and how many products have a price at each, by the menu's own rule.
func InspectLevels(ctx context.Context, source *biotrack.Source, locations []int64) (*LevelsFound, error) {
	shelves, err := source.Catalog(ctx, locations)
	if err != nil {
		return nil, err
	}
	found := &LevelsFound{Levels: levelUses(shelves)}
	for i := range shelves.Products {
		if p := &shelves.Products[i]; !p.Deleted {
			found.count(p)
		}
	}
	return found, nil
}

func (f *LevelsFound) count(p *biotrack.Product) {
	f.Products++
	bad := false
	for i := range f.Levels {
		table, reject := priceOf(p, f.Levels[i].ID)
		bad = bad || reject != nil
		if len(table) > 0 {
			f.Levels[i].Products++
		}
	}
	if bad {
		f.BadPrices++
	}
}

// levelUses are level 0, the levels that BioTrack lists, and those that only price points name.
func levelUses(shelves *biotrack.Catalog) []LevelUse {
	uses := []LevelUse{{ID: 0, Listed: true}}
	for _, level := range shelves.Levels {
		if level.ID == 0 {
			uses[0].Name = level.Name
			continue
		}
		uses = append(uses, LevelUse{ID: level.ID, Name: level.Name, Listed: true})
	}
	for _, id := range pricedLevels(shelves.Products) {
		if !slices.ContainsFunc(uses, func(u LevelUse) bool { return u.ID == id }) {
			uses = append(uses, LevelUse{ID: id})
		}
	}
	return uses
}

// pricedLevels are the levels that the products' price points name, in order.
func pricedLevels(products []biotrack.Product) []int64 {
	levels, seen := make(map[int64]bool), make(map[string]bool)
	for i := range products {
		for _, text := range []string{products[i].PricePoint, products[i].CategoryPricePoint} {
			if seen[text] {
				continue
			}
			seen[text] = true
			// A text that does not parse names none; the products that have it are counted.
			table, _ := biotrack.ParsePriceTable(text)
			for _, b := range table {
				levels[b.Level] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(levels))
}
