package oracle

import (
	"testing"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// generated reads a made-up database.
func generated(t *testing.T, encoding string, options biotracktest.Options) (*Source, biotracktest.Summary) {
	t.Helper()
	db := pgtest.Open(t, pgtest.SourceDatabase(t, pgtest.WithEncoding(encoding)))
	summary, err := biotracktest.Generate(t.Context(), db, options)
	if err != nil {
		t.Fatal(err)
	}
	src, err := Read(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return src, summary
}

// TestGenerated reads databases of every layout and encoding and checks what can be said of any of them.
func TestGenerated(t *testing.T) {
	for _, layout := range biotracktest.Layouts() {
		for _, encoding := range []string{"UTF8", "LATIN1", "SQL_ASCII"} {
			t.Run(string(layout)+" "+encoding, func(t *testing.T) {
				src, summary := generated(t, encoding, biotracktest.Options{
					Layout: layout, Customers: 300, Tickets: 600, Products: 80, NoSales: true, BadRows: true,
				})
				settings := plain()
				settings.Now = biotracktest.DefaultNow
				expected := Expect(src, settings)
				equal(t, "customers read", len(src.Customers), summary.Customers)
				equal(t, "tickets read", len(src.Tickets), summary.Tickets)
				equal(t, "products", len(expected.Products)+rejected(expected, StreamProducts), summary.Products)
				equal(t, "rejected orders", rejected(expected, StreamOrders), summary.BadTickets)
				equal(t, "rejected products", unreadable(expected), summary.BadProducts)
				checkStatuses(t, expected)
				Check(t, expected, mirror(expected), Options{Fresh: true})
			})
		}
	}
}

// unreadable counts the products whose price or stock cannot be read.
func unreadable(expected Expected) int {
	n := 0
	for key, reason := range expected.Rejects {
		if key.Stream == StreamProducts && reason != "no_price" {
			n++
		}
	}
	return n
}

// rejected counts a stream's rejects.
func rejected(expected Expected, stream string) int {
	n := 0
	for key := range expected.Rejects {
		if key.Stream == stream {
			n++
		}
	}
	return n
}

// checkStatuses: a made-up database has orders of every status that a source can give, and something on the menu.
func checkStatuses(t *testing.T, expected Expected) {
	t.Helper()
	count := map[string]int{}
	for _, order := range expected.Orders {
		count[order.Status]++
	}
	for _, status := range []string{
		StatusVoided, StatusRefund, StatusPreorder, StatusOpen, StatusCompleted, StatusPartiallyRefunded,
		StatusRefunded,
	} {
		if count[status] == 0 {
			t.Errorf("no order is %s: %v", status, count)
		}
	}
	onMenu := 0
	for _, product := range expected.Products {
		if product.OnMenu {
			onMenu++
		}
	}
	if onMenu == 0 || len(expected.Points) == 0 {
		t.Errorf("%d products on the menu, %d orders with points", onMenu, len(expected.Points))
	}
}
