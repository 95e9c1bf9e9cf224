package shop

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// Text is a value as all kinds of store spell it. NULL is empty, and an empty text is ”. Amounts and quantities have
// their decimals. Times are in UTC, such as 2026-03-01T12:00:00.000000Z. Truth values are 1 and 0.
type Text string

// Null is what a wanted row has in a column that must be compared and be NULL.
const Null Text = "NULL"

// TimeFormat is how [Text] spells times.
const TimeFormat = "2006-01-02T15:04:05.000000Z"

// Scan takes a value from a driver.
func (t *Text) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = ""
	case []byte:
		return t.Scan(string(v))
	case string:
		*t = Text(cmp.Or(v, "''"))
	case int64:
		*t = Text(strconv.FormatInt(v, 10))
	case bool:
		*t = map[bool]Text{true: "1", false: "0"}[v]
	case time.Time:
		*t = At(v)
	default:
		return fmt.Errorf("no column of the store has a value like %v", v)
	}
	return nil
}

// At is a time as [Text] spells it.
func At(at time.Time) Text { return Text(at.UTC().Format(TimeFormat)) }

// Customer is a row of customers.
type Customer struct {
	ID          Text  `db:"customer_id"`
	FirstName   Text  `db:"first_name"`
	LastName    Text  `db:"last_name"`
	Email       Text  `db:"email"`
	Phone       Text  `db:"phone"`
	PhoneE164   Text  `db:"phone_e164"`
	Location    Text  `db:"location_id"`
	Active      bool  `db:"active"`
	MemberSince Text  `db:"member_since"`
	FirstPassID int64 `db:"first_pass_id"`
	PassID      int64 `db:"pass_id"`
}

// Order is a row of orders.
type Order struct {
	ID            Text  `db:"order_id"`
	Serial        int64 `db:"order_serial"`
	Customer      Text  `db:"customer_id"`
	FirstName     Text  `db:"customer_first_name"`
	LastName      Text  `db:"customer_last_name"`
	Email         Text  `db:"customer_email"`
	Phone         Text  `db:"customer_phone"`
	Location      Text  `db:"location_id"`
	Status        Text  `db:"status"`
	Subtotal      Text  `db:"subtotal"`
	Tax           Text  `db:"tax"`
	Total         Text  `db:"total"`
	OwnRefund     Text  `db:"own_refund"`
	RefundOf      Text  `db:"refund_of"`
	RefundOfAt    Text  `db:"refund_of_location"`
	RefundedTotal Text  `db:"refunded_total"`
	OrderedAt     Text  `db:"ordered_at"`
	PassID        int64 `db:"pass_id"`
}

// Product is a row of products.
type Product struct {
	ID           int64 `db:"product_id"`
	Name         Text  `db:"name"`
	MemberLevel  Text  `db:"member_level"`
	Price        Text  `db:"price"`
	UnitQuantity Text  `db:"unit_quantity"`
	Unit         Text  `db:"unit"`
	Quantity     Text  `db:"quantity"`
	OnMenu       bool  `db:"on_menu"`
	PassID       int64 `db:"pass_id"`
}

// LedgerLine is a row of points_ledger.
type LedgerLine struct {
	Customer Text `db:"customer_id"`
	// Source is the line's kind of source, Order that one's id: an order's, in most lines.
	Source   Text  `db:"source_kind"`
	Order    Text  `db:"source_id"`
	Location int64 `db:"location_id"`
	Revision int64 `db:"revision"`
	Kind     Text  `db:"kind"`
	Points   int64 `db:"points"`
	Basis    Text  `db:"basis_amount"`
	PassID   int64 `db:"pass_id"`
}

// Balance is a row of points_balances.
type Balance struct {
	Customer Text  `db:"customer_id"`
	Balance  int64 `db:"balance"`
	Lifetime int64 `db:"lifetime"`
}

// Reject is a row of rejects.
type Reject struct {
	Stream Text `db:"stream"`
	Key    Text `db:"row_key"`
	Reason Text `db:"reason"`
	Detail Text `db:"detail"`
}

// Pass is a row of passes.
type Pass struct {
	ID        int64 `db:"pass_id"`
	Stream    Text  `db:"stream"`
	Mode      Text  `db:"mode"`
	Status    Text  `db:"status"`
	Read      int64 `db:"read"`
	Inserted  int64 `db:"inserted"`
	Updated   int64 `db:"updated"`
	Unchanged int64 `db:"unchanged"`
	Removed   int64 `db:"removed"`
	Rejected  int64 `db:"rejected"`
	Message   Text  `db:"message"`
}

// Customers reads the customers, by id.
func (s *Store) Customers() []Customer {
	s.Helper()
	return read[Customer](s, "customers", "customer_id")
}

// Orders reads the orders, by id and location.
func (s *Store) Orders() []Order {
	s.Helper()
	return read[Order](s, "orders", "order_id, location_id")
}

// Products reads the products, by id.
func (s *Store) Products() []Product { s.Helper(); return read[Product](s, "products", "product_id") }

// Ledger reads the lines of the ledger by source, customer and revision.
func (s *Store) Ledger() []LedgerLine {
	s.Helper()
	return read[LedgerLine](s, "points_ledger", "source_kind, source_id, location_id, customer_id, revision")
}

// Balances reads the points of each customer, by id.
func (s *Store) Balances() []Balance {
	s.Helper()
	return read[Balance](s, "points_balances", "customer_id")
}

// Rejects reads the rejects, by stream and key.
func (s *Store) Rejects() []Reject {
	s.Helper()
	return read[Reject](s, "rejects", "stream, row_key")
}

// Passes reads the log of passes, the oldest first.
func (s *Store) Passes() []Pass { s.Helper(); return read[Pass](s, "passes", "pass_id") }

// Each of the following checks compares all rows of a table with the wanted ones, which are given in the order of their
// keys. A column that no wanted row sets is not compared; [Null] sets one.

// WantCustomers checks the customers.
func (s *Store) WantCustomers(wanted ...Customer) {
	s.Helper()
	want(s, "customers", s.Customers(), wanted)
}

// WantOrders checks the orders.
func (s *Store) WantOrders(wanted ...Order) { s.Helper(); want(s, "orders", s.Orders(), wanted) }

// WantProducts checks the products.
func (s *Store) WantProducts(wanted ...Product) {
	s.Helper()
	want(s, "products", s.Products(), wanted)
}

// WantLedger checks the ledger.
func (s *Store) WantLedger(wanted ...LedgerLine) { s.Helper(); want(s, "ledger", s.Ledger(), wanted) }

// WantBalances checks the points of each customer.
func (s *Store) WantBalances(wanted ...Balance) {
	s.Helper()
	want(s, "balances", s.Balances(), wanted)
}

// WantBalance checks the points of one customer, who need not have any.
func (s *Store) WantBalance(customer Text, balance int64) {
	s.Helper()
	var got int64
	for _, b := range s.Balances() {
		if b.Customer == customer {
			got = b.Balance
		}
	}
	if got != balance {
		s.Errorf("customer %s has %d points, want %d", customer, got, balance)
	}
}

// WantRejects checks the rejects.
func (s *Store) WantRejects(wanted ...Reject) { s.Helper(); want(s, "rejects", s.Rejects(), wanted) }

// WantPasses checks the log of passes.
func (s *Store) WantPasses(wanted ...Pass) { s.Helper(); want(s, "passes", s.Passes(), wanted) }
