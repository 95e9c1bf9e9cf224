package oracle

import (
	"os"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// now is the time of all the tests.
var now = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

// some is a text that is not NULL.
func some(s string) Text { return Text{String: s, Valid: true} }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// plain are settings with nothing special about them.
func plain() Settings {
	return Settings{
		Region: "US", Level: 0, PointsPerDollar: dec("1"), Basis: BasisTotal, Now: now,
	}
}

// ticket is a paid ticket of today; change changes it.
func ticket(serial, id, total string, change ...func(*SourceTicket)) SourceTicket {
	t := SourceTicket{
		TicketSerial: some(serial), ID: some(id), Price: some(total), Tax: some("0"), TotalPrice: some(total),
		RefundTotalPrice: some("0"), DateTime: some("1714500000"), Location: some("1"), CustomerID: some("C1"),
		Deleted: some("0"), PIF: some("1"), Preorder: some("0"),
	}
	for _, c := range change {
		c(&t)
	}
	return t
}

// refundOf makes a ticket one that refunds another.
func refundOf(id string) func(*SourceTicket) {
	return func(t *SourceTicket) { t.RefTicketID = some(id) }
}

// ownRefund sets a ticket's own refund amount.
func ownRefund(much string) func(*SourceTicket) {
	return func(t *SourceTicket) { t.RefundTotalPrice = some(much) }
}

// voided deletes a ticket.
func voided(t *SourceTicket) { t.Deleted = some("1") }

// customer is a customer with an id and a name.
func customer(id, name string) SourceCustomer {
	return SourceCustomer{CustomerID: some(id), FirstName: some(name), Location: some("1"), Deleted: some("0")}
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func transaction(id string) func(*SourceTicket) {
	return func(t *SourceTicket) { t.TransactionID = some(id) }
}

func original(id string) func(*SourceTicket) {
	return func(t *SourceTicket) { t.OriginalTransactionID = some(id) }
}
