package sync

import (
	"cmp"
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// RoomUse is a room, and what of the stock that may be sold lies in it.
type RoomUse struct {
	ID         int64  `json:"id"`
	Name       string `json:"name"`
	Quarantine bool   `json:"quarantine"`
	// Listed says that the room can be configured: BioTrack lists it, or it is room 0, the bulk room.
	Listed bool `json:"listed"`
	// Lots and Products are how many hold more than nothing here, of products that are not deleted.
	Lots     int `json:"lots"`
	Products int `json:"products"`
}

// RoomsFound is what there is to know before rooms are chosen.
type RoomsFound struct {
	Rooms []RoomUse `json:"rooms"`
	// UnsellableLots counts the lots that hold something and are for sale in no room, by the reason.
	UnsellableLots map[string]int64 `json:"held_back"`
}

// The reasons of the menu's own for which a lot is for sale in no room; BioTrack's are added to them.
const (
	heldDeletedProduct = "product_deleted"
	heldBadQuantity    = ReasonBadQuantity
)

// InspectRooms finds the rooms and how much stock lies in each, by the menu's own rule.
func InspectRooms(ctx context.Context, source *biotrack.Source, locations []int64) (*RoomsFound, error) {
	count := newRoomCount()
	err := source.Inventory(ctx, locations, func(shelves *biotrack.Catalog) (biotrack.LotReader, error) {
		count.open(shelves)
		return count.add, nil
	})
	if err != nil {
		return nil, err
	}
	held, err := source.UnsellableLots(ctx, locations)
	if err != nil {
		return nil, err
	}
	for reason, lots := range held {
		count.held[reason] += lots
	}
	return &RoomsFound{Rooms: count.uses(), UnsellableLots: count.held}, nil
}

// roomCount adds lots up by room.
type roomCount struct {
	rooms map[int64]*RoomUse
	// live are the products that are not deleted, and stocked those of them that are known to lie in a room.
	live    map[int64]bool
	stocked map[place]bool
	held    map[string]int64
	// lots is how many lots were added, and latest the last of them that lay in each room.
	lots   int
	latest map[int64]int
}

// place is where some of a product lies.
type place struct{ room, product int64 }

func newRoomCount() *roomCount {
	return &roomCount{
		rooms: map[int64]*RoomUse{biotrack.BulkRoom: {ID: biotrack.BulkRoom, Listed: true}},
		live:  make(map[int64]bool), stocked: make(map[place]bool), held: make(map[string]int64),
		latest: make(map[int64]int),
	}
}

func (c *roomCount) open(shelves *biotrack.Catalog) {
	for _, r := range shelves.Rooms {
		c.rooms[r.ID] = &RoomUse{ID: r.ID, Name: r.Name, Quarantine: r.Quarantine, Listed: true}
	}
	for i := range shelves.Products {
		if p := &shelves.Products[i]; !p.Deleted {
			c.live[p.ID] = true
		}
	}
}

func (c *roomCount) add(lot biotrack.Lot) {
	amounts, err := lot.Amounts()
	switch {
	case err != nil:
		c.held[heldBadQuantity]++
		return
	case !c.live[lot.ProductID]:
		c.held[heldDeletedProduct]++
		return
	}
	c.lots++
	for _, a := range amounts {
		if a.Amount.Decimal().IsPositive() {
			c.stock(a.Room, lot.ProductID)
		}
	}
}

// stock notes that the lot at hand has some of a product in a room; its roomdata may name the room twice.
func (c *roomCount) stock(room, product int64) {
	use := c.room(room)
	if c.latest[room] != c.lots {
		c.latest[room] = c.lots
		use.Lots++
	}
	if at := (place{room, product}); !c.stocked[at] {
		c.stocked[at] = true
		use.Products++
	}
}

// room is the use of a room, which need not be listed.
func (c *roomCount) room(id int64) *RoomUse {
	use := c.rooms[id]
	if use == nil {
		use = &RoomUse{ID: id}
		c.rooms[id] = use
	}
	return use
}

// uses are the rooms by their ids.
func (c *roomCount) uses() []RoomUse {
	var uses []RoomUse
	for _, use := range c.rooms {
		uses = append(uses, *use)
	}
	slices.SortFunc(uses, func(a, b RoomUse) int { return cmp.Compare(a.ID, b.ID) })
	return uses
}
