package oracle

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// Stamp is a row's pass and time. Diff leaves it out; Stamps compares it.
type Stamp struct {
	PassID    int64
	UpdatedAt time.Time
}

// Customer is a row of the store's customers.
type Customer struct {
	CustomerID                                   string
	FirstName, LastName, Email, Phone, PhoneE164 Text
	LocationID                                   int64
	Active                                       bool
	// MemberSince is nil where the till does not say.
	MemberSince *time.Time
	FirstPassID int64
	Stamp       Stamp
}

// Order is a row of the store's orders.
type Order struct {
	OrderID                                                                       string
	OrderSerial                                                                   int64
	CustomerID, CustomerFirstName, CustomerLastName, CustomerEmail, CustomerPhone Text
	LocationID                                                                    int64
	Status                                                                        string
	Subtotal, Tax, Total, OwnRefund                                               decimal.Decimal
	RefundOf, RefundOfLocation                                                    Text
	RefundedTotal                                                                 decimal.Decimal
	OrderedAt                                                                     time.Time
	Stamp                                                                         Stamp
}

// Break is one quantity break of a price point, as in price_breaks.
type Break struct {
	Quantity string `json:"quantity"`
	Price    string `json:"price"`
}

// Product is a row of the store's products.
type Product struct {
	ProductID           int64
	Name, Category      Text
	MemberLevel         int64
	Price, UnitQuantity decimal.NullDecimal
	Unit                string
	Quantity            decimal.Decimal
	PriceBreaks         []Break
	OnMenu              bool
	Stamp               Stamp
}

// RejectKey names a row that cannot be taken.
type RejectKey struct {
	Stream, RowKey string
}

// orderAt is how an order is called: ids are unique at a location only. The location of most is 1 and goes without
// saying.
func orderAt(id string, location int64) string {
	if location == 1 {
		return id
	}
	return id + "@" + showInt(location)
}

// PointsKey names what the ledger holds for one customer of one order.
type PointsKey struct {
	// OrderID is what orderAt returns.
	OrderID, CustomerID string
}

// LedgerLine is a row of points_ledger.
type LedgerLine struct {
	// OrderID is the line's source.
	CustomerID, OrderID           string
	LocationID, Revision          int64
	Kind                          string
	Points                        int64
	BasisAmount, Rate, Multiplier decimal.Decimal
	Terms                         string
	EffectiveAt                   time.Time
	PassID                        int64
	CreatedAt                     time.Time
}

// Balance is a row of points_balances.
type Balance struct {
	CustomerID        string
	Balance, Lifetime int64
	UpdatedAt         time.Time
}

// Pass is a row of passes.
type Pass struct {
	PassID                                                int64
	Stream, Mode, Status                                  string
	StartedAt                                             time.Time
	FinishedAt                                            *time.Time
	Read, Inserted, Updated, Unchanged, Removed, Rejected int64
	Message                                               Text
}

// cell is one column of a row in the spelling in which rows are compared.
type cell struct {
	column, value string
}

func (c Customer) cells() []cell {
	return []cell{
		{"first_name", show(c.FirstName)}, {"last_name", show(c.LastName)}, {"email", show(c.Email)},
		{"phone", show(c.Phone)}, {"phone_e164", show(c.PhoneE164)}, {"location_id", showInt(c.LocationID)},
		{"active", strconv.FormatBool(c.Active)}, {"member_since", showMoment(c.MemberSince)},
	}
}

func (o Order) cells() []cell {
	return []cell{
		{"order_serial", showInt(o.OrderSerial)}, {"customer_id", show(o.CustomerID)},
		{"customer_first_name", show(o.CustomerFirstName)}, {"customer_last_name", show(o.CustomerLastName)},
		{"customer_email", show(o.CustomerEmail)}, {"customer_phone", show(o.CustomerPhone)},
		{"location_id", showInt(o.LocationID)}, {"status", o.Status}, {"subtotal", showNumber(o.Subtotal)},
		{"tax", showNumber(o.Tax)}, {"total", showNumber(o.Total)}, {"own_refund", showNumber(o.OwnRefund)},
		{"refund_of", show(o.RefundOf)}, {"refund_of_location", show(o.RefundOfLocation)},
		{"refunded_total", showNumber(o.RefundedTotal)},
		{"ordered_at", o.OrderedAt.UTC().Format(time.RFC3339Nano)},
	}
}

func (p Product) cells() []cell {
	return []cell{
		{"name", show(p.Name)}, {"category", show(p.Category)},
		{"member_level", showInt(p.MemberLevel)}, {"price", showNullNumber(p.Price)},
		{"unit_quantity", showNullNumber(p.UnitQuantity)}, {"unit", p.Unit}, {"quantity", showNumber(p.Quantity)},
		{"price_breaks", showBreaks(p.PriceBreaks)}, {"on_menu", strconv.FormatBool(p.OnMenu)},
	}
}

func show(t Text) string {
	if !t.Valid {
		return "NULL"
	}
	return strconv.Quote(t.String)
}

func showInt(n int64) string { return strconv.FormatInt(n, 10) }

// showNumber drops zeros at the end, so that 12.00 and 12 are one.
func showNumber(d decimal.Decimal) string { return d.String() }

func showNullNumber(d decimal.NullDecimal) string {
	if !d.Valid {
		return "NULL"
	}
	return showNumber(d.Decimal)
}

func showBreaks(breaks []Break) string {
	out := "["
	for i, b := range breaks {
		if i > 0 {
			out += ", "
		}
		out += b.Quantity + " for " + b.Price
	}
	return out + "]"
}

// showMoment shows a time that may be unknown.
func showMoment(at *time.Time) string {
	if at == nil {
		return "NULL"
	}
	return at.UTC().Format(time.RFC3339Nano)
}
