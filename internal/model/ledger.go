package model

import (
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
	LineWriteOff   LineKind = "write_off"  // brings a balance below 0 to 0
)

// KindsWithoutOrder returns the kinds of lines that belong to no order. Their points do not count as lifetime points.
func KindsWithoutOrder() []LineKind {
	return []LineKind{LineEnrollment, LineExpiry, LineAdjustment, LineWriteOff}
}

// CountsForLifetime reports whether a line's points are lifetime points: those that orders earned.
func (k LineKind) CountsForLifetime() bool { return !slices.Contains(KindsWithoutOrder(), k) }

// MaxGift is how many points one line without an order may give a customer: an enrollment or an adjustment. So a
// balance cannot come near what 64 bits hold.
const MaxGift = 1_000_000_000

// SourceKind is what kind of thing a ledger line is about.
type SourceKind string

// The kinds of sources.
const (
	SourceOrder      SourceKind = "order"
	SourceEnrollment SourceKind = "enrollment"
	SourceExpiry     SourceKind = "expiry"
	SourceAdjustment SourceKind = "adjustment"
)

// LedgerLine is a row of the points ledger, which is append-only.
type LedgerLine struct {
	Source SourceKind
	// SourceID is the order's id, the customer's (enrollment), the pass's (adjustment), or what ExpiryID returns.
	SourceID string
	// LocationID is the order's; 0 in lines without an order.
	LocationID int64
	CustomerID string
	// Revision counts the lines of one source, from 1 on.
	Revision int64
	// PassID is that of the pass that wrote the line; it is set in lines that were read.
	PassID int64
	Kind   LineKind
	Points int64
	// EffectiveAt is the moment from which the points count: the order's time, since when the customer is one, the
	// first moment at which they have expired, or when they were adjusted.
	EffectiveAt time.Time
	// BasisAmount is the net amount of the order that earned.
	BasisAmount Cents
	Rate        decimal.Decimal
	Multiplier  decimal.Decimal
	// Rule is the rest of the terms in words, for people.
	Rule string
	// Terms are what the points were calculated by, as the JSON that package loyalty writes and reads.
	Terms string
}

// Label names the line's source to people: the order's id, or such as "adjustment:7".
func (l *LedgerLine) Label() string { return SourceLabel(l.Source, l.SourceID) }

// SourceLabel names a source to people.
func SourceLabel(kind SourceKind, id string) string {
	if kind == SourceOrder {
		return id
	}
	return string(kind) + ":" + id
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
	// OwnRefund is the order's own refund total, and Refunds are the tickets that refund it: both are read where
	// the customer's history counts.
	OwnRefund Cents
	Refunds   []TicketRefund
	OrderedAt time.Time
	// Known says that the store has a row of the customer.
	Known bool
	// Lines are in order of revision. Of each only customer, revision, pass, points, rate, multiplier and
	// terms are read.
	Lines []LedgerLine
}

// TicketRefund is what a refund ticket gives back of an order, and when it was made.
type TicketRefund struct {
	At     time.Time
	Amount Cents
}

// BalanceEvent is a change of a customer's balance, or an order that the customer made.
type BalanceEvent struct {
	CustomerID string
	// Kind is that of a ledger line, or "order" for an order that the customer has made and has no line of.
	Kind   LineKind
	Points int64
	// At is the order's time; of a line without an order, the moment from which its points count.
	At time.Time
	// Active says that the customer has made the order, whatever became of it since.
	Active bool
	// SourceID and Revision are set for lines without an order.
	SourceID string
	Revision int64
}

// EnrollmentCandidate is a customer who may be owed enrollment points.
type EnrollmentCandidate struct {
	CustomerID string
	// Since is when the customer became one: by what the source says, else by the first order; zero where neither is
	// known. ChangedBy is the pass that last wrote the customer.
	Since     time.Time
	ChangedBy int64
	// Held are the points that the ledger holds for the enrollment; Revision, Terms and HeldSince, from when they
	// count, are those of its last line, and zero where there is none.
	Held, Revision int64
	Terms          string
	HeldSince      time.Time
	// SamePerson says that another customer has the line: the person's id has changed.
	SamePerson bool
}

// Namesake is a customer who may be the same person as another one.
type Namesake struct {
	CustomerID string `db:"customer_id"`
	FirstName  string `db:"first_name"`
	LastName   string `db:"last_name"`
	// Phone is in E.164; it and Email are empty where they are not known.
	Phone string `db:"phone"`
	Email string `db:"email"`
	// Held is what the ledger holds for the enrollment; nil for no line.
	Held *int64 `db:"held"`
}

// ExpiryID returns the id of one expiry of a customer's balance: that of points that were valid through a day.
func ExpiryID(customer, day string) string { return customer + ":" + day }

// WriteOffID returns the id of what is written off of a customer's balances below 0.
func WriteOffID(customer string) string { return "write_off:" + customer }

// PointsMoved is the sum of ledger lines of a kind that were written at one time, or from one time on. All of them give
// points, or all take.
type PointsMoved struct {
	// Part is the customer, kind or location that the sum is of, empty where it is of all.
	Part   string
	At     time.Time
	Kind   LineKind
	Points int64
}
