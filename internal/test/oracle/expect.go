package oracle

import (
	"time"

	"github.com/shopspring/decimal"
)

// Settings are what a store's owner configured, and the time of the passes.
type Settings struct {
	// Locations whose rows are taken; none: all.
	Locations []int64
	// Region is where a phone number without a country is from, such as US.
	Region string
	// Level is the member level that prices come from.
	Level int64
	// Rooms whose stock is for sale; none: room 0.
	Rooms   []int64
	Reserve decimal.Decimal
	// AllowFree takes 0.00 for a price.
	AllowFree bool
	// Forgotten are the customers whose names, phones and e-mails were removed from the store.
	Forgotten map[string]bool
	// PointsPerDollar, Basis and Starts are the loyalty rules.
	PointsPerDollar decimal.Decimal
	Basis           string
	Starts          time.Time
	Now             time.Time
}

// Expected is what a store must hold.
type Expected struct {
	Settings  Settings
	Customers map[string]Customer
	Orders    map[string]Order
	Products  map[int64]Product
	// Rejects are the rows that cannot be taken, with the reason.
	Rejects map[RejectKey]string
	// Notices are rows that are listed beside the rejects.
	Notices map[RejectKey]string
	// here are the tickets of the locations that are taken, as if nothing referred to them; elsewhere are the ids of
	// all others.
	here      []Order
	elsewhere map[string]bool
	// anyVoided are the orders of which all tickets are voided, and there are several: any of them counts.
	anyVoided map[string]bool
	// Uncertain are the orders of which the newest ticket cannot be taken.
	Uncertain map[string]bool
	// Points are what the ledger's lines of an order and customer add up to, where not 0.
	Points   map[PointsKey]int64
	Balances map[string]int64
}

// Expect works out what a store must hold once everything has been synced from nothing.
func Expect(src *Source, settings Settings) Expected {
	out := Expected{
		Settings:  settings,
		Customers: map[string]Customer{},
		Orders:    map[string]Order{},
		Products:  map[int64]Product{},
		Rejects:   map[RejectKey]string{},
		elsewhere: map[string]bool{},
		anyVoided: map[string]bool{},
		Uncertain: map[string]bool{},
		Points:    map[PointsKey]int64{},
		Balances:  map[string]int64{},
	}
	expectOrders(src, settings, &out)
	expectCustomers(src, settings, &out)
	forget(settings.Forgotten, out.Customers, out.Orders)
	expectProducts(src, settings, &out)
	expectPoints(settings, &out)
	return out
}
