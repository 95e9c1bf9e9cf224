package biotrack

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// Sold is a quantity of a product that was sold at one price.
type Sold struct {
	ProductID int64
	Quantity  decimal.Decimal
	// Price is the line's, before taxes: in dollars.
	Price decimal.Decimal
	// Times is how many lines of sales are like that, First and Last are the ids of the oldest and the newest of them.
	Times, First, Last int64
}

// RecentSales shows what the newest lines of sales were, of the given locations or of all. Lines that were voided,
// refunded or discounted are not shown, nor are those whose amounts cannot be read. The error is a SchemaError where
// the server has no lines of sales.
func (s *Source) RecentSales(ctx context.Context, locations []int64, lines int, show func(Sold)) error {
	if err := s.layout.require(tableSales); err != nil {
		return err
	}
	const op = "read sales"
	return s.read(ctx, op, func(tx *sqlx.Tx) error {
		args := []any{locationsArg(locations), lines}
		return eachRow(ctx, tx, op, "sold.sql", s.layout, args, func(rows *sql.Rows) error {
			var sold Sold
			var quantity, price sql.RawBytes
			err := rows.Scan(&sold.ProductID, &quantity, &price, &sold.Times, &sold.First, &sold.Last)
			if err != nil {
				return wrap(op, err)
			}
			var unreadable [2]error
			sold.Quantity, unreadable[0] = model.ParseDecimal(string(quantity))
			sold.Price, unreadable[1] = model.ParseDecimal(string(price))
			if unreadable == [2]error{} && sold.Quantity.IsPositive() && !sold.Price.IsNegative() {
				show(sold)
			}
			return nil
		})
	})
}

// SoldLots shows of which lots the newest lines of sales were, of the given locations or of all, and how many. A lot
// that the inventory does not have has no ID. The error is a SchemaError where the server has no such lines.
func (s *Source) SoldLots(ctx context.Context, locations []int64, lines int, show func(Lot, int64)) error {
	if err := s.layout.require(tableSales, tableInventory); err != nil {
		return err
	}
	for _, column := range [][2]string{{tableSales, "inventoryid"}, {tableInventory, "id"}} {
		if !s.layout.Has(column[0], column[1]) {
			missing := []string{"column " + column[0] + "." + column[1]}
			return &Error{Op: "check schema", Err: &SchemaError{Missing: missing}}
		}
	}
	const op = "read lots of sales"
	return s.read(ctx, op, func(tx *sqlx.Tx) error {
		args := []any{locationsArg(locations), lines}
		return eachRow(ctx, tx, op, "sold_lots.sql", s.layout, args, func(rows *sql.Rows) error {
			var lot Lot
			var sold int64
			var id, data, remaining sql.RawBytes
			err := rows.Scan(&lot.ProductID, &sold, &id, &data, &remaining, &lot.CurrentRoom)
			if err != nil {
				return wrap(op, err)
			}
			lot.ID, lot.RoomData, lot.Remaining = s.text(id), s.text(data), s.text(remaining)
			show(lot, sold)
			return nil
		})
	})
}
