package biotrack

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
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
	ID   int64
	Name string
}

// Room is a place where stock lies.
type Room struct {
	ID         int64
	Name       string
	Quarantine bool
}

// Product is a product as the till keeps it, with the price points that apply to it as their text.
type Product struct {
	ID   int64
	Name string
	// PricePoint is the product's own, CategoryPricePoint its category's; either may be empty.
	PricePoint, CategoryPricePoint string
	Weighed, Deleted               bool
}

// Lot is what one lot holds, room by room where its roomdata says, else all in its current room.
type Lot struct {
	ProductID int64
	// RoomData is the text of the lot's amounts by room; Remaining and CurrentRoom stand where it is empty or does not parse.
	RoomData    string
	Remaining   string
	CurrentRoom int64
}

// Amounts returns what lies where. The error is about the remaining weight being no number.
func (l Lot) Amounts() ([]RoomAmount, error) {
	if amounts, err := ParseRoomData(l.RoomData); err == nil && len(amounts) > 0 {
		return amounts, nil
	}
	if l.Remaining == "" {
		return nil, nil
	}
	remaining, err := model.ParseQuantity(l.Remaining)
	if err != nil {
		return nil, fmt.Errorf("remaining weight: %w", err)
	}
	return []RoomAmount{{Room: l.CurrentRoom, Amount: remaining}}, nil
}

//go:embed sql/levels.sql
var levelsSQL string

//go:embed sql/rooms.sql
var roomsSQL string

//go:embed sql/products.sql
var productsSQL string

//go:embed sql/lots.sql
var lotsSQL string

//go:embed sql/shelves_changed.sql
var shelvesChangedSQL string

// LotReader is shown the lots that may be sold at all: those undeleted, unexpired, not transferred out, seized or samples.
type LotReader func(Lot)

// Inventory reads what the menu depends on, of the given locations or of all, in one short snapshot, which is over when it returns. What it has
// read is given to open before the lots are shown, one by one, for there may be a hundred thousand, to the reader that open returns; an error
// of open ends the reading and is returned as it is.
func (s *Source) Inventory(ctx context.Context, locations []int64, open func(*Catalog) (LotReader, error)) error {
	if err := s.columns.require(shelvesTables()...); err != nil {
		return err
	}
	return s.snapshot(ctx, func(tx *sqlx.Tx) error {
		shelves := &Catalog{}
		err := s.readShelves(ctx, tx, s.levels(shelves), s.rooms(shelves), s.products(shelves, locations))
		if err != nil {
			return err
		}
		lot, err := open(shelves)
		if err != nil {
			return err
		}
		if err := s.each(ctx, tx, lotsSQL, []any{locationsArg(locations)}, s.showLot(lot)); err != nil {
			return &Error{Op: "read lots", Err: err}
		}
		return nil
	})
}

// Catalog reads the member levels and the products of the given locations or of all, wherever their stock lies.
func (s *Source) Catalog(ctx context.Context, locations []int64) (*Catalog, error) {
	if err := s.columns.require(tableProducts, tableCategories, tableLevels); err != nil {
		return nil, err
	}
	shelves := &Catalog{}
	err := s.snapshot(ctx, func(tx *sqlx.Tx) error {
		return s.readShelves(ctx, tx, s.levels(shelves), s.products(shelves, locations))
	})
	return shelves, err
}

// snapshot calls read with a transaction that sees the source as it is now.
func (s *Source) snapshot(ctx context.Context, read func(*sqlx.Tx) error) error {
	tx, err := s.db.BeginTxx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return &Error{Op: "read inventory", Err: err}
	}
	defer func() { _ = tx.Rollback() }()
	return read(tx)
}

// shelf is one query, and what becomes of its rows.
type shelf struct {
	query string
	args  []any
	row   func(*sql.Rows) error
}

func (s *Source) levels(into *Catalog) shelf { return shelf{levelsSQL, nil, s.addLevel(into)} }

func (s *Source) rooms(into *Catalog) shelf { return shelf{roomsSQL, nil, s.addRoom(into)} }

func (s *Source) products(into *Catalog, locations []int64) shelf {
	return shelf{productsSQL, []any{locationsArg(locations)}, s.addProduct(into)}
}

func (s *Source) readShelves(ctx context.Context, tx *sqlx.Tx, shelves ...shelf) error {
	for _, read := range shelves {
		if err := s.each(ctx, tx, read.query, read.args, read.row); err != nil {
			return &Error{Op: "read inventory", Err: err}
		}
	}
	return nil
}

// each calls row with each row of a query, in a transaction or by itself.
func (s *Source) each(ctx context.Context, in sqlx.QueryerContext, query string, args []any, row func(*sql.Rows) error) error {
	query, err := s.shape().render(query)
	if err != nil {
		return err
	}
	rows, err := in.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (s *Source) string(raw sql.RawBytes) string { return string(s.decode.text(raw)) }

func (s *Source) addLevel(into *Catalog) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var level Level
		var name sql.RawBytes
		if err := rows.Scan(&level.ID, &name); err != nil {
			return err
		}
		level.Name = s.string(name)
		into.Levels = append(into.Levels, level)
		return nil
	}
}

func (s *Source) addRoom(into *Catalog) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var room Room
		var name sql.RawBytes
		if err := rows.Scan(&room.ID, &name, &room.Quarantine); err != nil {
			return err
		}
		room.Name = s.string(name)
		into.Rooms = append(into.Rooms, room)
		return nil
	}
}

// addProduct keeps each price point's text once, for most products share theirs with others.
func (s *Source) addProduct(into *Catalog) func(*sql.Rows) error {
	texts := make(map[string]string)
	shared := func(raw sql.RawBytes) string {
		text, known := texts[string(raw)]
		if !known {
			text = s.string(raw)
			texts[string(raw)] = text
		}
		return text
	}
	return func(rows *sql.Rows) error {
		var p Product
		var name, own, category sql.RawBytes
		if err := rows.Scan(&p.ID, &name, &own, &category, &p.Weighed, &p.Deleted); err != nil {
			return err
		}
		p.Name, p.PricePoint, p.CategoryPricePoint = s.string(name), shared(own), shared(category)
		into.Products = append(into.Products, p)
		return nil
	}
}

func (s *Source) showLot(show LotReader) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var lot Lot
		var data, remaining sql.RawBytes
		if err := rows.Scan(&lot.ProductID, &data, &remaining, &lot.CurrentRoom); err != nil {
			return err
		}
		lot.RoomData, lot.Remaining = s.string(data), s.string(remaining)
		show(lot)
		return nil
	}
}

// InventoryChanged shows the ids of the products whose line of the menu may have changed for what a transaction at or after the position wrote, or
// for a lot that has expired since the moment. One may be shown more than once.
func (s *Source) InventoryChanged(ctx context.Context, since Position, moment time.Time, show func(product int64)) error {
	query, err := s.shape().render(shelvesChangedSQL)
	if err != nil {
		return err
	}
	rows, err := s.db.QueryContext(ctx, query, since.xid(), moment.Unix())
	if err != nil {
		return &Error{Op: "read changes of inventory", Err: err}
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return &Error{Op: "read changes of inventory", Err: err}
		}
		show(id)
	}
	if err := rows.Err(); err != nil {
		return &Error{Op: "read changes of inventory", Err: err}
	}
	return nil
}
