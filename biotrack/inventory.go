package biotrack

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Catalog is what the menu depends on, but for the lots.
type Catalog struct {
	Levels   []Level
	Rooms    []Room
	Products []Product
}

// Level is a member level: a price list. Level 0, the default, has no row and no name.
type Level struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
}

// Room is a place where stock lies.
type Room struct {
	ID         int64  `db:"id"`
	Name       string `db:"name"`
	Quarantine bool   `db:"quarantine"`
}

// Product is a product as the till keeps it, with the price points that apply to it as their text.
type Product struct {
	ID int64
	// Category is the name of the product's category.
	Name, Category string
	// PricePoint is the product's own, CategoryPricePoint its category's; either may be empty.
	PricePoint, CategoryPricePoint string
	Weighed, Deleted               bool
}

// Lot is one lot as the till keeps it: how much of it lies in which room, and how much there is in all.
type Lot struct {
	ProductID int64
	// ID is read by ProductInventory alone. So is Unsellable: why the lot may not be sold, empty where it may.
	ID, Unsellable string
	// RoomData is the text of the lot's amounts by room. Where it is empty, all that remains lies in CurrentRoom.
	RoomData    string
	CurrentRoom int64
	// Remaining is the text of a number, empty for NULL: then only RoomData says how much there is.
	Remaining string
}

// In returns how much of the lot lies in the rooms: what its roomdata says of them, but never more than remains of it.
// A roomdata that does not parse in full is an error, whatever the rooms; so is a remaining weight that is no number,
// where it matters.
func (l Lot) In(rooms map[int64]bool) (amount model.Quantity, err error) {
	amounts, err := ParseRoomData(l.RoomData)
	if err != nil {
		return amount, err
	}
	found := len(amounts) == 0 && rooms[l.CurrentRoom]
	for _, a := range amounts {
		if rooms[a.Room] {
			found, amount = true, amount.Add(a.Amount)
		}
	}
	if !found || l.Remaining == "" {
		return amount, nil
	}
	remaining, err := model.ParseQuantity(l.Remaining)
	if err != nil {
		return model.Quantity{}, fmt.Errorf("remainingweight: %w", err)
	}
	if len(amounts) == 0 || remaining.Less(amount) {
		return remaining, nil
	}
	return amount, nil
}

// Rooms returns the rooms in which the lot lies, each once.
func (l Lot) Rooms() ([]int64, error) {
	amounts, err := ParseRoomData(l.RoomData)
	if err != nil || len(amounts) == 0 {
		return []int64{l.CurrentRoom}, err
	}
	var rooms []int64
	for _, a := range amounts {
		if !slices.Contains(rooms, a.Room) {
			rooms = append(rooms, a.Room)
		}
	}
	return rooms, nil
}

// BulkRoom is the room that every shop has and inventoryrooms does not list.
const BulkRoom = 0

// RoomAmount is how much of a lot lies in one room.
type RoomAmount struct {
	Room   int64
	Amount model.Quantity
}

// ParseRoomData reads a lot's roomdata: pairs `room,amount` joined by colons, such as `0,12:3,5`. Blank text is no
// amounts. Anything that is not read to its end is an error: what it leaves out might be the stock that is sold.
func ParseRoomData(text string) ([]RoomAmount, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	var amounts []RoomAmount
	for part := range strings.SplitSeq(text, ":") {
		room, amount, found := strings.Cut(part, ",")
		id, err := strconv.ParseUint(strings.TrimSpace(room), 10, 63)
		if !found || err != nil {
			return nil, fmt.Errorf("roomdata part %q has no room", part)
		}
		quantity, err := model.ParseQuantity(amount)
		if err != nil || strings.ContainsAny(amount, "eE") {
			return nil, fmt.Errorf("roomdata part %q has no amount", part)
		}
		amounts = append(amounts, RoomAmount{Room: int64(id), Amount: quantity})
	}
	return amounts, nil
}

// LotReader is shown the lots that may be sold. Which ones may is decided in one place, sql/lot_unsellable.sql: it has
// the reasons why a lot may not. What is sold of them, and from which rooms, is package menu's.
type LotReader func(Lot)

// Inventory reads what the menu depends on, of the given locations or of all, in one short snapshot, which is over when
// it returns. What it has read is given to open before the lots are shown, one by one, for there may be a hundred
// thousand, to the reader that open returns; an error of open ends the reading and is returned as it is.
func (s *Source) Inventory(ctx context.Context, locations []int64, open func(*Catalog) (LotReader, error)) error {
	return s.inventory(ctx, "lots.sql", locations, nil, open)
}

// ProductInventory is Inventory with the lots of one product, also those that may not be sold.
func (s *Source) ProductInventory(
	ctx context.Context, locations []int64, product int64, open func(*Catalog) (LotReader, error),
) error {
	return s.inventory(ctx, "lots_of_product.sql", locations, []any{product}, open)
}

// inventory reads the lots by a statement, whose parameters are the locations and args.
func (s *Source) inventory(
	ctx context.Context, statement string, locations []int64, args []any, open func(*Catalog) (LotReader, error),
) error {
	if err := s.layout.require(tablesOf(streamProducts)...); err != nil {
		return err
	}
	return s.snapshot(ctx, "read inventory", func(tx *sqlx.Tx) error {
		catalog, err := s.readCatalog(ctx, tx, locations)
		if err != nil {
			return err
		}
		if err := selectRows(ctx, tx, &catalog.Rooms, "rooms.sql", s.layout); err != nil {
			return &Error{Op: "read rooms", Err: err}
		}
		for i := range catalog.Rooms {
			catalog.Rooms[i].Name = s.Text(catalog.Rooms[i].Name)
		}
		show, err := open(catalog)
		if err != nil {
			return err
		}
		return s.readLots(ctx, tx, statement, append([]any{locationsArg(locations)}, args...), show)
	})
}

// readLots shows the lots that a statement selects.
func (s *Source) readLots(ctx context.Context, tx *sqlx.Tx, statement string, args []any, show LotReader) error {
	const op = "read lots"
	return eachRow(ctx, tx, op, statement, s.layout, args, func(rows *sql.Rows) error {
		var lot Lot
		var data, remaining, id, unsellable sql.RawBytes
		err := rows.Scan(&lot.ProductID, &data, &remaining, &lot.CurrentRoom, &id, &unsellable)
		if err != nil {
			return wrap(op, err)
		}
		lot.RoomData, lot.Remaining = s.text(data), s.text(remaining)
		lot.ID, lot.Unsellable = s.text(id), s.text(unsellable)
		show(lot)
		return nil
	})
}

// Catalog reads the member levels and the products of the given locations or of all, wherever their stock lies.
func (s *Source) Catalog(ctx context.Context, locations []int64) (catalog *Catalog, err error) {
	if err := s.layout.require(tableProducts, tableCategories, tableLevels); err != nil {
		return nil, err
	}
	err = s.snapshot(ctx, "read catalog", func(tx *sqlx.Tx) error {
		catalog, err = s.readCatalog(ctx, tx, locations)
		return err
	})
	return catalog, err
}

// UnsellableLots counts the lots that hold something and may not be sold, of the given locations or of all, by the
// reasons of sql/lot_unsellable.sql.
func (s *Source) UnsellableLots(ctx context.Context, locations []int64) (map[string]int64, error) {
	if err := s.layout.require(tableInventory); err != nil {
		return nil, err
	}
	var rows []struct {
		Reason string `db:"reason"`
		Lots   int64  `db:"lots"`
	}
	const op = "read lots"
	err := s.read(ctx, op, func(tx *sqlx.Tx) error {
		return wrap(op, selectRows(ctx, tx, &rows, "lots_unsellable.sql", s.layout, locationsArg(locations)))
	})
	lots := make(map[string]int64)
	for _, r := range rows {
		lots[r.Reason] = r.Lots
	}
	return lots, err
}

// readCatalog reads the levels and the products. It keeps each price point's text once, for most products share theirs
// with others.
func (s *Source) readCatalog(ctx context.Context, tx *sqlx.Tx, locations []int64) (*Catalog, error) {
	catalog := &Catalog{}
	if err := selectRows(ctx, tx, &catalog.Levels, "levels.sql", s.layout); err != nil {
		return nil, &Error{Op: "read levels", Err: err}
	}
	for i := range catalog.Levels {
		catalog.Levels[i].Name = s.Text(catalog.Levels[i].Name)
	}
	texts := make(map[string]string)
	shared := func(raw sql.RawBytes) string {
		text, ok := texts[string(raw)]
		if !ok {
			text = s.text(raw)
			texts[string(raw)] = text
		}
		return text
	}
	const op = "read products"
	args := []any{locationsArg(locations)}
	return catalog, eachRow(ctx, tx, op, "products.sql", s.layout, args, func(rows *sql.Rows) error {
		var p Product
		var name, own, category, categoryName sql.RawBytes
		err := rows.Scan(&p.ID, &name, &own, &category, &categoryName, &p.Weighed, &p.Deleted)
		if err != nil {
			return wrap(op, err)
		}
		p.Category = s.Text(string(categoryName))
		p.Name, p.PricePoint, p.CategoryPricePoint = s.Text(string(name)), shared(own), shared(category)
		catalog.Products = append(catalog.Products, p)
		return nil
	})
}

// InventoryChanged returns the products whose line of the menu may have changed, some more than once: because of what a
// transaction at or after the position wrote, or of a lot that has expired since the moment. It returns none where one
// of the tables is a view that does not show which transaction wrote a row.
func (s *Source) InventoryChanged(ctx context.Context, since Position, moment time.Time) (products []int64, err error) {
	const op = "read changes of inventory"
	for _, table := range []string{tableProducts, tableInventory, tableCategories, tableRooms} {
		if !s.layout.HasXmin(table) {
			return nil, nil
		}
	}
	err = s.read(ctx, op, func(tx *sqlx.Tx) error {
		args := []any{since.xid(), moment.Unix()}
		return wrap(op, selectRows(ctx, tx, &products, "inventory_changed.sql", s.layout, args...))
	})
	return products, err
}
