package menu

import (
	"cmp"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// RoomsProof says in which rooms the lots lie that BioTrack sold of lately, as they lie now: a line of sales names its
// lot and no room. A lot that lies in several rooms counts for each.
type RoomsProof struct {
	// Lines are the lines of sales whose lots' rooms are known, Shared those of them whose lots lie in several rooms.
	// Of Unknown lines the lot is not in the inventory, or its rooms cannot be read.
	Lines   int64       `json:"lines"`
	Shared  int64       `json:"shared"`
	Unknown int64       `json:"unknown"`
	Rooms   []RoomSales `json:"rooms"`
	// Configured are the rooms of the settings, Fit the fewest that cover nearly all lines.
	Configured RoomSet `json:"configured"`
	Fit        RoomSet `json:"fit"`
	// Missed is how many products were sold only of lots that lie in none of the configured rooms. Missing are as many
	// of them as were asked for, those with the most lines first.
	Missed  int             `json:"missed"`
	Missing []MissedProduct `json:"missing"`
}

// RoomSales is a room, and how much was sold of the lots that lie there.
type RoomSales struct {
	ID       int64  `json:"id"`
	Name     string `json:"name"`
	Lines    int64  `json:"lines"`
	Products int    `json:"products"`
}

// RoomSet is some rooms, and how many lines were of lots that lie in one of them.
type RoomSet struct {
	Rooms []int64 `json:"rooms"`
	Lines int64   `json:"lines"`
}

// MissedProduct is a product that was sold of lots in these rooms alone.
type MissedProduct struct {
	ID    int64   `json:"id"`
	Name  string  `json:"name"`
	Rooms []int64 `json:"rooms"`
	Lines int64   `json:"lines"`
}

// SoldRooms collects the lots that were sold lately.
type SoldRooms struct {
	catalog    *biotrack.Catalog
	configured map[int64]bool
	lots       []soldLot
	proof      RoomsProof
}

type soldLot struct {
	product, lines int64
	rooms          []int64
}

// NewSoldRooms returns a collection for the configured rooms. A room that is not there is a SetupError.
func NewSoldRooms(catalog *biotrack.Catalog, configured []int64) (*SoldRooms, error) {
	m := &Menu{}
	err := m.findRooms(configured, catalog.Rooms)
	return &SoldRooms{catalog: catalog, configured: m.selling}, err
}

// Add adds a lot and how many lines of sales were of it.
func (s *SoldRooms) Add(lot biotrack.Lot, lines int64) {
	rooms, err := lot.Rooms()
	if lot.ID == "" || err != nil {
		s.proof.Unknown += lines
		return
	}
	// Where nothing is left of it, all of its rooms may be the one that it was sold from.
	held := slices.DeleteFunc(slices.Clone(rooms), func(room int64) bool {
		amount, _ := lot.In(map[int64]bool{room: true})
		return !amount.Decimal().IsPositive()
	})
	if len(held) > 0 {
		rooms = held
	}
	s.proof.Lines += lines
	if len(rooms) > 1 {
		s.proof.Shared += lines
	}
	s.lots = append(s.lots, soldLot{lot.ProductID, lines, rooms})
}

// Proof returns what the lots say, with up to limit products that the configured rooms miss.
func (s *SoldRooms) Proof(limit int) *RoomsProof {
	proof := &s.proof
	proof.Rooms = s.byRoom()
	proof.Configured = s.set(s.configured)
	proof.Fit = s.set(s.fit())
	missing := s.missing()
	proof.Missed, proof.Missing = len(missing), missing[:min(limit, len(missing))]
	return proof
}

// byRoom counts the lines and products of each room.
func (s *SoldRooms) byRoom() []RoomSales {
	names, rooms := make(map[int64]string), make(map[int64]*RoomSales)
	for _, room := range s.catalog.Rooms {
		names[room.ID] = room.Name
	}
	counted := make(map[[2]int64]bool)
	for _, lot := range s.lots {
		for _, id := range lot.rooms {
			if rooms[id] == nil {
				rooms[id] = &RoomSales{ID: id, Name: names[id]}
			}
			rooms[id].Lines += lot.lines
			if at := [2]int64{id, lot.product}; !counted[at] {
				counted[at] = true
				rooms[id].Products++
			}
		}
	}
	found := []RoomSales{}
	for _, id := range slices.Sorted(maps.Keys(rooms)) {
		found = append(found, *rooms[id])
	}
	return found
}

func (s *SoldRooms) set(rooms map[int64]bool) RoomSet {
	return RoomSet{Rooms: append([]int64{}, slices.Sorted(maps.Keys(rooms))...), Lines: s.covered(rooms)}
}

// covered returns how many lines were of lots that lie in one of the rooms.
func (s *SoldRooms) covered(rooms map[int64]bool) (lines int64) {
	for _, lot := range s.lots {
		if lot.in(rooms) {
			lines += lot.lines
		}
	}
	return lines
}

func (l *soldLot) in(rooms map[int64]bool) bool {
	return slices.ContainsFunc(l.rooms, func(room int64) bool { return rooms[room] })
}

// fit returns rooms that can be sold from: the one that adds the most lines, one after the other, until they cover 95 %
// of all lines or another adds less than 1 %.
func (s *SoldRooms) fit() map[int64]bool {
	can := []int64{biotrack.BulkRoom}
	for _, room := range s.catalog.Rooms {
		if !room.Quarantine && room.ID != biotrack.BulkRoom {
			can = append(can, room.ID)
		}
	}
	chosen := make(map[int64]bool)
	for covered := int64(0); 100*covered < 95*s.proof.Lines; {
		best, most := int64(0), covered
		for _, room := range can {
			with := maps.Clone(chosen)
			with[room] = true
			if lines := s.covered(with); lines > most {
				best, most = room, lines
			}
		}
		if 100*(most-covered) < s.proof.Lines {
			break
		}
		chosen[best], covered = true, most
	}
	return chosen
}

// missing returns the products, but for deleted ones, that were sold only of lots in other rooms than the configured
// ones.
func (s *SoldRooms) missing() []MissedProduct {
	sold := make(map[int64]*MissedProduct)
	for i := range s.lots {
		lot := &s.lots[i]
		p := sold[lot.product]
		if p == nil {
			p = &MissedProduct{ID: lot.product}
			sold[lot.product] = p
		}
		p.Lines += lot.lines
		p.Rooms = slices.Compact(slices.Sorted(slices.Values(append(p.Rooms, lot.rooms...))))
	}
	missing := []MissedProduct{}
	for i := range s.catalog.Products {
		product := &s.catalog.Products[i]
		p := sold[product.ID]
		configured := func(room int64) bool { return s.configured[room] }
		if p != nil && !product.Deleted && !slices.ContainsFunc(p.Rooms, configured) {
			p.Name = product.Name
			missing = append(missing, *p)
		}
	}
	slices.SortStableFunc(missing, func(a, b MissedProduct) int { return cmp.Compare(b.Lines, a.Lines) })
	return missing
}
