package menu

import (
	"cmp"
	"maps"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// RoomsFound is what there is to know before rooms are chosen.
type RoomsFound struct {
	Rooms []RoomUse `json:"rooms"`
	// UnsellableLots counts the lots that hold something and are for sale in no room, by the reason.
	UnsellableLots map[string]int64 `json:"held_back"`
}

// RoomUse is a room, and how much of the stock that may be sold lies in it.
type RoomUse struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Quarantine bool   `json:"quarantine"`
	// Listed reports whether the room can be configured: BioTrack lists it, or it is room 0, the bulk room.
	Listed bool `json:"listed"`
	// Lots and Products count those of which there is more than nothing here, of products that are not deleted.
	Lots     int `json:"lots"`
	Products int `json:"products"`
}

// unsellableDeletedProduct and ReasonBadQuantity are the menu's own reasons why a lot is for sale in no room.
const unsellableDeletedProduct = "product_deleted"

// RoomCount counts lots and products by room.
type RoomCount struct {
	rooms map[int64]*RoomUse
	// products are those that are not deleted, counted those of them that were counted in a room.
	products   map[int64]bool
	counted    map[productInRoom]bool
	unsellable map[string]int64
}

type productInRoom struct{ room, product int64 }

// NewRoomCount returns a count of no lots in the catalog's rooms.
func NewRoomCount(catalog *biotrack.Catalog) *RoomCount {
	c := &RoomCount{
		rooms:    map[int64]*RoomUse{biotrack.BulkRoom: {ID: biotrack.BulkRoom, Listed: true}},
		products: make(map[int64]bool), counted: make(map[productInRoom]bool), unsellable: make(map[string]int64),
	}
	for _, r := range catalog.Rooms {
		c.rooms[r.ID] = &RoomUse{ID: r.ID, Name: r.Name, Quarantine: r.Quarantine, Listed: true}
	}
	for i := range catalog.Products {
		if p := &catalog.Products[i]; !p.Deleted {
			c.products[p.ID] = true
		}
	}
	return c
}

// AddLot counts a lot, once in each room: its roomdata may name a room twice.
func (c *RoomCount) AddLot(lot biotrack.Lot) {
	amounts, err := lot.Amounts()
	switch {
	case err != nil:
		c.unsellable[ReasonBadQuantity]++
		return
	case !c.products[lot.ProductID]:
		c.unsellable[unsellableDeletedProduct]++
		return
	}
	var in []int64
	for _, a := range amounts {
		if !a.Amount.Decimal().IsPositive() {
			continue
		}
		use := c.rooms[a.Room]
		if use == nil {
			use = &RoomUse{ID: a.Room}
			c.rooms[a.Room] = use
		}
		if !slices.Contains(in, a.Room) {
			in = append(in, a.Room)
			use.Lots++
		}
		if at := (productInRoom{a.Room, lot.ProductID}); !c.counted[at] {
			c.counted[at] = true
			use.Products++
		}
	}
}

// Found returns the rooms by their ids. The lots that BioTrack holds back, by the reason, are added to those that were
// counted.
func (c *RoomCount) Found(heldBack map[string]int64) *RoomsFound {
	found := &RoomsFound{UnsellableLots: maps.Clone(c.unsellable)}
	for reason, lots := range heldBack {
		found.UnsellableLots[reason] += lots
	}
	for _, use := range c.rooms {
		found.Rooms = append(found.Rooms, *use)
	}
	slices.SortFunc(found.Rooms, func(a, b RoomUse) int { return cmp.Compare(a.ID, b.ID) })
	return found
}
