package oracle

import (
	"context"
	"database/sql"
	"fmt"
)

// Actual is what a store holds.
type Actual struct {
	Customers map[string]Customer
	Orders    map[string]Order
	Products  map[int64]Product
	Rejects   map[RejectKey]string
	Ledger    []LedgerLine
	Balances  map[string]Balance
	Passes    []Pass
	// Spelling lists the cells of a SQLite store that read well but are not in the one spelling of their kind, on
	// which comparing and sorting them as text relies.
	Spelling []Difference
}

// ReadStore reads the tables of one store, whole, in one transaction.
func ReadStore(ctx context.Context, db *sql.DB, sqlite bool, storeID string) (*Actual, error) {
	options := &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true}
	if sqlite {
		options = nil
	}
	tx, err := db.BeginTx(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("begin reading store: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	r := &storeReader{ctx: ctx, tx: tx, sqlite: sqlite, storeID: storeID}
	out := &Actual{
		Customers: map[string]Customer{}, Orders: map[string]Order{}, Products: map[int64]Product{},
		Rejects: map[RejectKey]string{}, Balances: map[string]Balance{},
	}
	r.each(customersTable, func(row *rowReader) { put(row, out.Customers, readCustomer, customerKey) })
	r.each(ordersTable, func(row *rowReader) { put(row, out.Orders, readOrder, orderKey) })
	r.each(productsTable, func(row *rowReader) { put(row, out.Products, readProduct, productKey) })
	r.each(balancesTable, func(row *rowReader) { put(row, out.Balances, readBalance, balanceKey) })
	r.each(ledgerTable, func(row *rowReader) { out.Ledger = append(out.Ledger, readLedgerLine(row)) })
	r.each(passesTable, func(row *rowReader) { out.Passes = append(out.Passes, readPass(row)) })
	r.each(rejectsTable, func(row *rowReader) {
		out.Rejects[RejectKey{row.str("stream"), row.str("row_key")}] = row.str("reason")
	})
	out.Spelling = r.spelling
	return out, r.err
}

// put reads a row into a map; a key that is there already is an error.
func put[K comparable, V any](row *rowReader, into map[K]V, read func(*rowReader) V, key func(V) K) {
	value := read(row)
	if _, known := into[key(value)]; known {
		row.fail("store_id and key", fmt.Sprintf("%v is there twice", key(value)))
	}
	into[key(value)] = value
}

func customerKey(c Customer) string { return c.CustomerID }
func orderKey(o Order) string       { return orderAt(o.OrderID, o.LocationID) }
func productKey(p Product) int64    { return p.ProductID }
func balanceKey(b Balance) string   { return b.CustomerID }

func readStamp(row *rowReader) Stamp {
	return Stamp{PassID: row.integer("pass_id"), UpdatedAt: row.time("updated_at")}
}

func readCustomer(row *rowReader) Customer {
	return Customer{
		CustomerID: row.str("customer_id"), FirstName: row.text("first_name"), LastName: row.text("last_name"),
		Email: row.text("email"), Phone: row.text("phone"), PhoneE164: row.text("phone_e164"),
		LocationID: row.integer("location_id"), Active: row.boolean("active"),
		FirstPassID: row.integer("first_pass_id"), MemberSince: row.nullTime("member_since"), Stamp: readStamp(row),
	}
}

func readOrder(row *rowReader) Order {
	return Order{
		OrderID: row.str("order_id"), OrderSerial: row.integer("order_serial"), CustomerID: row.text("customer_id"),
		CustomerFirstName: row.text("customer_first_name"), CustomerLastName: row.text("customer_last_name"),
		CustomerEmail: row.text("customer_email"), CustomerPhone: row.text("customer_phone"),
		LocationID: row.integer("location_id"), Status: row.str("status"),
		Subtotal: row.number("subtotal"), Tax: row.number("tax"), Total: row.number("total"),
		OwnRefund: row.number("own_refund"), RefundOf: row.text("refund_of"),
		RefundOfLocation: row.text("refund_of_location"),
		RefundedTotal:    row.number("refunded_total"), OrderedAt: row.time("ordered_at"), Stamp: readStamp(row),
	}
}

func readProduct(row *rowReader) Product {
	return Product{
		ProductID: row.integer("product_id"), Name: row.text("name"), Category: row.text("category"),
		MemberLevel: row.integer("member_level"),
		Price:       row.nullNumber("price"), UnitQuantity: row.nullNumber("unit_quantity"), Unit: row.str("unit"),
		Quantity: row.number("quantity"), PriceBreaks: row.breaks("price_breaks"), OnMenu: row.boolean("on_menu"),
		Stamp: readStamp(row),
	}
}

func readLedgerLine(row *rowReader) LedgerLine {
	return LedgerLine{
		CustomerID: row.str("customer_id"), OrderID: row.str("source_id"), LocationID: row.integer("location_id"),
		Revision: row.integer("revision"),
		Kind:     row.str("kind"), Points: row.integer("points"), BasisAmount: row.number("basis_amount"),
		Rate: row.number("rate"), Multiplier: row.number("multiplier"), Terms: row.str("terms"),
		EffectiveAt: row.time("effective_at"),
		PassID:      row.integer("pass_id"), CreatedAt: row.time("created_at"),
	}
}

func readBalance(row *rowReader) Balance {
	return Balance{
		CustomerID: row.str("customer_id"), Balance: row.integer("balance"), Lifetime: row.integer("lifetime"),
		UpdatedAt: row.time("updated_at"),
	}
}

func readPass(row *rowReader) Pass {
	return Pass{
		PassID: row.integer("pass_id"), Stream: row.str("stream"), Mode: row.str("mode"), Status: row.str("status"),
		StartedAt: row.time("started_at"), FinishedAt: row.nullTime("finished_at"),
		Read: row.integer("read"), Inserted: row.integer("inserted"), Updated: row.integer("updated"),
		Unchanged: row.integer("unchanged"), Removed: row.integer("removed"), Rejected: row.integer("rejected"),
		Message: row.text("message"),
	}
}
