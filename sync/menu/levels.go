package menu

import (
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// LevelsFound is what there is to know before a member level is chosen.
type LevelsFound struct {
	Levels []LevelUse `json:"levels"`
	// Products counts the products that are not deleted, BadPrices those of them with a price point that does not parse.
	Products  int `json:"products"`
	BadPrices int `json:"bad_prices"`
}

// LevelUse is a member level, and how many of the products that are not deleted have a price at it.
type LevelUse struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	// Listed reports whether the level can be configured: BioTrack lists it, or it is level 0, the default.
	Listed   bool `json:"listed"`
	Products int  `json:"products"`
}

// FindLevels returns level 0, the levels that BioTrack lists, and those that only price points name.
func FindLevels(catalog *biotrack.Catalog) *LevelsFound {
	found := &LevelsFound{Levels: []LevelUse{{ID: 0, Listed: true}}}
	for _, level := range catalog.Levels {
		if level.ID == 0 {
			found.Levels[0].Name = level.Name
			continue
		}
		found.Levels = append(found.Levels, LevelUse{ID: level.ID, Name: level.Name, Listed: true})
	}
	for _, id := range pricedLevels(catalog.Products) {
		if !slices.ContainsFunc(found.Levels, func(u LevelUse) bool { return u.ID == id }) {
			found.Levels = append(found.Levels, LevelUse{ID: id})
		}
	}
	for i := range catalog.Products {
		p := &catalog.Products[i]
		if p.Deleted {
			continue
		}
		found.Products++
		bad := false
		for j := range found.Levels {
			table, reject := priceAt(p, found.Levels[j].ID)
			bad = bad || reject != nil
			if len(table) > 0 {
				found.Levels[j].Products++
			}
		}
		if bad {
			found.BadPrices++
		}
	}
	return found
}

// pricedLevels returns the levels that the products' price points name, in order. A text that does not parse names
// none.
func pricedLevels(products []biotrack.Product) []int64 {
	levels, seen := make(map[int64]bool), make(map[string]bool)
	for i := range products {
		for _, text := range []string{products[i].PricePoint, products[i].CategoryPricePoint} {
			if seen[text] {
				continue
			}
			seen[text] = true
			table, _ := biotrack.ParsePriceTable(text)
			for _, b := range table {
				levels[b.Level] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(levels))
}
