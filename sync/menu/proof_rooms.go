package menu

import (
	"cmp"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// RoomsProof holds the configured rooms against the lots that BioTrack sold of lately. A line of sales names its lot
// and no room, so a lot counts for each room in which it lies now.
type RoomsProof struct {
	// Lines are the lines of sales whose lots' rooms are known, Shared those of them whose lots lie in several rooms.
	// Of Unknown lines the lot is not in the inventory, or its rooms cannot be read.
	Lines   int64 `json:"lines"`
	Shared  int64 `json:"shared"`
	Unknown int64 `json:"unknown"`
	// Covered lines are of lots in the rooms that are configured. Those that fit are the fewest that cover nearly all.
	Configured []int64 `json:"configured"`
	Covered    int64   `json:"covered"`
	Fit        []int64 `json:"fit"`
	FitCovers  int64   `json:"fit_covers"`
	// Missed is how many products were sold only of lots that lie in none of the configured rooms. Missing are as many
	// of them as were asked for, those with the most lines first.
	Missed  int             `json:"missed"`
	Missing []MissedProduct `json:"missing"`
}

// MissedProduct is a product that was sold of lots in these rooms alone.
type MissedProduct struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Rooms []int64 `json:"rooms"`
	Lines int64   `json:"lines"`
}

// soldLot is the rooms of a lot, or of all lots of a product, and how many lines of sales were of them.
type soldLot struct {
	product, lines int64
	rooms          []int64
}

func (l *soldLot) in(rooms map[int64]bool) bool {
	return slices.ContainsFunc(l.rooms, func(room int64) bool { return rooms[room] })
}

// AddSold counts the lines of sales that were of a lot, once in each room where there is more than nothing of it. Where
// nothing is left, each of its rooms may be the one that it was sold from.
func (c *RoomCount) AddSold(lot biotrack.Lot, lines int64) {
	held, rooms, err := heldIn(lot)
	if lot.ID == "" || err != nil {
		c.proof.Unknown += lines
		return
	}
	if len(held) > 0 {
		rooms = held
	}
	c.proof.Lines += lines
	if len(rooms) > 1 {
		c.proof.Shared += lines
	}
	for _, room := range rooms {
		c.use(room).LinesSold += lines
	}
	c.sold = append(c.sold, soldLot{lot.ProductID, lines, rooms})
}

// Proof returns what the lots that were sold say, with up to limit products that the configured rooms miss.
func (c *RoomCount) Proof(limit int) *RoomsProof {
	proof := &c.proof
	proof.Configured, proof.Covered = slices.Sorted(maps.Keys(c.configured)), c.covered(c.configured)
	fit := c.fit()
	proof.Fit, proof.FitCovers = append([]int64{}, slices.Sorted(maps.Keys(fit))...), c.covered(fit)
	missing := c.missing()
	proof.Missed, proof.Missing = len(missing), missing[:min(limit, len(missing))]
	return proof
}

// covered returns how many lines were of lots that lie in one of the rooms.
func (c *RoomCount) covered(rooms map[int64]bool) (lines int64) {
	for i := range c.sold {
		if c.sold[i].in(rooms) {
			lines += c.sold[i].lines
		}
	}
	return lines
}

// fit returns rooms that can be sold from: the one that adds the most lines, one after the other, until they cover 95 %
// of all lines or another adds less than 1 %.
func (c *RoomCount) fit() map[int64]bool {
	fit := make(map[int64]bool)
	for covered := int64(0); 100*covered < 95*c.proof.Lines; {
		best, most := int64(0), covered
		for _, id := range slices.Sorted(maps.Keys(c.rooms)) {
			with := maps.Clone(fit)
			with[id] = true
			if lines := c.covered(with); lines > most && c.rooms[id].Listed && !c.rooms[id].Quarantine {
				best, most = id, lines
			}
		}
		if 100*(most-covered) < c.proof.Lines {
			break
		}
		fit[best], covered = true, most
	}
	return fit
}

// missing returns the products that are not deleted and were sold only of lots in other rooms than the configured ones.
func (c *RoomCount) missing() []MissedProduct {
	sold := make(map[int64]*soldLot)
	for _, lot := range c.sold {
		if sold[lot.product] == nil {
			sold[lot.product] = &soldLot{}
		}
		all := sold[lot.product]
		all.lines += lot.lines
		all.rooms = append(all.rooms, lot.rooms...)
	}
	missing := []MissedProduct{}
	for _, id := range slices.Sorted(maps.Keys(sold)) {
		if name, there := c.products[id]; there && !sold[id].in(c.configured) {
			rooms := slices.Compact(slices.Sorted(slices.Values(sold[id].rooms)))
			missing = append(missing, MissedProduct{ID: id, Name: name, Rooms: rooms, Lines: sold[id].lines})
		}
	}
	slices.SortStableFunc(missing, func(a, b MissedProduct) int { return cmp.Compare(b.Lines, a.Lines) })
	return missing
}
