package model

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// LineKind is why a line of the points ledger was written.
type LineKind string

// The kinds of ledger lines.
const (
	LineAward      LineKind = "award"      // first line of an order
	LineRefund     LineKind = "refund"     // takes back the points of what was refunded
	LineVoid       LineKind = "void"       // takes back the points of a voided order
	LineTransfer   LineKind = "transfer"   // takes an order's points from one customer, or gives them to another
	LineCorrection LineKind = "correction" // follows any other change of the order, or of the rules
	LineEnrollment LineKind = "enrollment" // is given once for being a customer
	LineExpiry     LineKind = "expiry"     // takes a balance that has expired
	LineAdjustment LineKind = "adjustment" // is given or taken by a person
)

// KindsWithoutOrder returns the kinds of lines that belong to no order. Their points do not count as lifetime points.
func KindsWithoutOrder() []LineKind { return []LineKind{LineEnrollment, LineExpiry, LineAdjustment} }

// CountsForLifetime reports whether a line's points are lifetime points: those that orders earned.
func (k LineKind) CountsForLifetime() bool { return !slices.Contains(KindsWithoutOrder(), k) }

// MaxGift is how many points one line without an order may give a customer: an enrollment or an adjustment. So a
// balance cannot come near what 64 bits hold.
const MaxGift = 1_000_000_000

// LedgerLine is a row of the points ledger, which is append-only.
type LedgerLine struct {
	// OrderID is an order's, or what EnrollmentID, ExpiryID or AdjustmentID return.
	OrderID string
	// LocationID is the order's; 0 in lines without an order.
	LocationID int64
	CustomerID string
	// Revision counts the lines of one order, from 1 on.
	Revision int64
	Kind     LineKind
	Points   int64
	// BasisAmount is the net amount of the order that earned.
	BasisAmount Cents
	Rate        decimal.Decimal
	Multiplier  decimal.Decimal
	// Rule is the rest of the terms that the points were calculated by, in the text form that package loyalty writes
	// and reads.
	Rule string
}

// LedgerOrder is what the ledger needs to know of an order, with all lines that it has of it.
type LedgerOrder struct {
	// ID and LocationID identify the order.
	ID         string
	LocationID int64
	// CustomerID is empty where the order has no customer.
	CustomerID    string
	Status        OrderStatus
	Subtotal      Cents
	Tax           Cents
	Total         Cents
	RefundedTotal Cents
	OrderedAt     time.Time
	// Known says that the store has a row of the customer.
	Known bool
	// Lines are in order of revision. Of each only customer, revision, points, rate, multiplier and rule are read.
	Lines []LedgerLine
}

// BalanceEvent is a change of a customer's balance, or an order that the customer made.
type BalanceEvent struct {
	CustomerID string
	// Kind is that of a ledger line, or "order" for an order of which the customer has no line.
	Kind   LineKind
	Points int64
	// At is the order's time; of a line without an order, when it was written.
	At time.Time
	// Made says that the customer made the order, whatever was refunded of it since.
	Made bool
	// OrderID, Revision and Rule are set for lines without an order.
	OrderID  string
	Revision int64
	Rule     string
}

// EnrollmentCandidate is a customer who may be owed enrollment points.
type EnrollmentCandidate struct {
	CustomerID string
	// Since is when the customer became one: seen by a pass, or of an earlier order.
	Since time.Time
	// Held are the points that the ledger holds for the enrollment; Revision is that of its last line, 0 for none.
	Held, Revision int64
}

// EnrollmentIDPrefix begins what EnrollmentID returns.
const EnrollmentIDPrefix = "enrollment:"

// EnrollmentID returns what a customer's enrollment line has in place of an order's id.
func EnrollmentID(customer string) string { return EnrollmentIDPrefix + customer }

// ExpiryID returns what the lines of one expiry have in place of an order's id.
func ExpiryID(customer string, at time.Time) string {
	return "expiry:" + customer + ":" + at.UTC().Format(time.RFC3339Nano)
}

// AdjustmentID returns what the line of the adjustment that a pass made has in place of an order's id.
func AdjustmentID(pass int64) string { return fmt.Sprintf("adjustment:%d", pass) }
