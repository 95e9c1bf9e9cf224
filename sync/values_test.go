package sync_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// shelf is a product with one lot. Empty columns are NULL.
type shelf struct {
	what, pricepoint, category, remaining, roomdata, dispensed, expiration string
	// quantity is what the store has, on the menu where onMenu; reason is the reject's, and then there is no row.
	quantity shop.Text
	onMenu   bool
	reason   shop.Text
}

// shelves are values that a till was seen with. The rooms are 0 and 1; the level is 0.
var shelves = []shelf{
	{what: "whole", pricepoint: "12", remaining: "5", roomdata: "0,5", quantity: "5.0000", onMenu: true},
	{what: "many decimals", pricepoint: "12", remaining: "1.3333333333333333333333333333333333333333333333333333333",
		quantity: "1.3333", onMenu: true},
	{what: "NaN", pricepoint: "12", remaining: "NaN", roomdata: "0,5", reason: sync.ReasonBadQuantity},
	{what: "colon at the end", pricepoint: "12", remaining: "50", roomdata: "0,5:2,45:",
		reason: sync.ReasonBadQuantity},
	{what: "semicolon", pricepoint: "12", remaining: "12", roomdata: "0;12", reason: sync.ReasonBadQuantity},
	{what: "exponent", pricepoint: "12", remaining: "1000", roomdata: "0,1e3", reason: sync.ReasonBadQuantity},
	{what: "nothing remains", pricepoint: "12", remaining: "0", roomdata: "0,12", quantity: "0.0000"},
	{what: "less remains", pricepoint: "12", remaining: "7.5", roomdata: "0,6:1,6", quantity: "7.5000", onMenu: true},
	{what: "no limit", pricepoint: "12", roomdata: "0,6:1,6:2,6", quantity: "12.0000", onMenu: true},
	{what: "dispensed", pricepoint: "12", remaining: "5", dispensed: "1", quantity: "0.0000"},
	{what: "expired", pricepoint: "12", remaining: "5", expiration: "1600000000000", quantity: "0.0000"},
	{what: "good for long", pricepoint: "12", remaining: "5", expiration: "4000000000000", quantity: "5.0000",
		onMenu: true},
	{what: "free", pricepoint: "0", remaining: "5", reason: sync.ReasonNoPrice},
	{what: "free when rounded", pricepoint: "0,1,0.001", remaining: "5", reason: sync.ReasonNoPrice},
	{what: "free and sold out", pricepoint: "0", remaining: "0", quantity: "0.0000"},
	{what: "a unit of nothing", pricepoint: "0,0.00001,5", remaining: "5", reason: sync.ReasonNoPrice},
	{what: "its own lacks the level", pricepoint: "2,1,9", category: "12", remaining: "5", reason: sync.ReasonNoPrice},
	{what: "its category's", category: "12", remaining: "5", quantity: "5.0000", onMenu: true},
}

// TestShelves: each value gives its line of the menu, or its reject; and the oracle thinks so too.
func TestShelves(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.LayoutAudited)
		s.opts.Menu.Rooms = []int64{0, 1}
		s.till.Exec(`INSERT INTO inventoryrooms (id, roomname) VALUES (1, 'Floor')`)
		var products []shop.Product
		var rejects []shop.Reject
		for i, c := range shelves {
			id := int64(i + 1)
			s.till.Exec(`INSERT INTO productcategories (id, pricepoint) VALUES ($1, NULLIF($2, ''))`, id, c.category)
			s.till.Exec(`INSERT INTO products (id, name, productcategory, pricepoint) VALUES ($1, $2,
				CAST($1 AS integer), NULLIF($3, ''))`,
				id, c.what, c.pricepoint)
			s.till.Exec(`INSERT INTO inventory (id, productid, remainingweight, roomdata, dispensed, expiration)
				VALUES ($1, CAST($1 AS bigint), CAST(NULLIF($2, '') AS numeric), NULLIF($3, ''), CAST(NULLIF($4,
					'') AS smallint),
					CAST(NULLIF($5, '') AS bigint))`, id, c.remaining, c.roomdata, c.dispensed, c.expiration)
			if c.reason != "" {
				rejects = append(rejects, shop.Reject{Stream: "products", Key: shop.Text(fmt.Sprint(id)),
					Reason: c.reason})
			} else {
				products = append(products, shop.Product{ID: id, Quantity: c.quantity, OnMenu: c.onMenu})
			}
		}
		s.pass(sync.Products.Pass)
		s.store.WantProducts(products...)
		slices.SortFunc(rejects, func(a, b shop.Reject) int { return cmp.Compare(a.Key, b.Key) })
		s.store.WantRejects(rejects...)
		s.check(oracle.Options{Streams: []string{"products"}})
		s.opts.Menu.AllowFree = true
		s.full(sync.Products.Pass)
		s.check(oracle.Options{Streams: []string{"products"}})
	})
}

// TestWeightsOfFloat: the same weights in a column of double precision are the same stock.
func TestWeightsOfFloat(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`ALTER TABLE inventory ALTER remainingweight TYPE double precision`)
		s.till.Exec(`INSERT INTO products (id, pricepoint) VALUES (1, '12'), (2, '12'), (3, '12'), (4, '12')`)
		s.till.Exec(`INSERT INTO inventory (id, productid, remainingweight, roomdata) VALUES (1, 1, 0.1, NULL), (2, 1,
			2.3, NULL),
			(3, 2, 1.5e3, NULL), (4, 3, 1e-7, '0,3'), (5, 4, 'Infinity', NULL)`)
		s.pass(sync.Products.Pass)
		s.store.WantProducts(shop.Product{ID: 1, Quantity: "2.4000", OnMenu: true},
			shop.Product{ID: 2, Quantity: "1500.0000", OnMenu: true}, shop.Product{ID: 3, Quantity: "0.0000"})
		s.store.WantRejects(shop.Reject{Stream: "products", Key: "4", Reason: sync.ReasonBadQuantity})
		s.check(oracle.Options{Streams: []string{"products"}})
	})
}

// TestTimesInMilliseconds: an order's time is read, and found by its date, in seconds and in milliseconds.
func TestTimesInMilliseconds(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		s.till.Exec(`INSERT INTO tickets (id, totalprice, datetime) VALUES ('S', 5, 1700000000), ('M', 6,
			1700000000999)`)
		s.pass(sync.Orders.Pass)
		s.check(oracle.Options{Streams: []string{"orders"}})
		orders := s.store.Orders()
		if len(orders) != 2 || orders[0].OrderedAt != orders[1].OrderedAt {
			t.Errorf("orders are %+v", orders)
		}
		opts := s.opts
		opts.Only.From, opts.Only.Until = time.Unix(someTime, 0), time.Unix(someTime+1, 0)
		if r := must(s.try(sync.Orders.Pass, opts)); r.Counts.Read != 2 {
			t.Errorf("of that day: %+v", r.Counts)
		}
	})
}

// TestPlaceholderPhones: customers and their orders show the number, whichever column has it.
func TestPlaceholderPhones(t *testing.T) {
	shop.EachKind(t, func(t *testing.T, kind shop.Kind) {
		s := newShop(t, kind, biotracktest.Layout2015)
		for i, cell := range []string{"000", "n/a", "none", "", "303-555-0199"} {
			id := fmt.Sprint(i + 1)
			s.till.Exec(`INSERT INTO customers (customerid, cell, phone) VALUES ($1, $2, '303-555-0199')`, id, cell)
			s.sell("T"+id, id, "5")
		}
		s.passes()
		for _, c := range s.store.Customers() {
			if c.Phone != "303-555-0199" || c.PhoneE164 != "+13035550199" {
				t.Errorf("customer %+v", c)
			}
		}
		for _, o := range s.store.Orders() {
			if o.Phone != "303-555-0199" {
				t.Errorf("order %+v", o)
			}
		}
		s.check(oracle.Options{Fresh: true})
	})
}

// TestUnreadableTypes: a column of a type that cannot be read refuses each stream that reads it, before anything is
// written.
func TestUnreadableTypes(t *testing.T) {
	shop.EachKindInTurn(t, func(t *testing.T, kind shop.Kind) {
		for _, c := range []struct {
			table, column, to string
			stream            *sync.Stream
		}{
			{"tickets", "datetime", "timestamptz USING to_timestamp(datetime)", sync.Orders},
			{"tickets", "totalprice", "money", sync.Orders},
			{"tickets", "deleted", "boolean USING deleted <> 0", sync.Orders},
			{"customers", "deleted", "boolean USING deleted <> 0", sync.Customers},
			{"inventory", "expiration", "date USING NULL", sync.Products},
		} {
			s := newShop(t, kind, biotracktest.Layout2015)
			s.passes()
			before := s.store.Dump()
			s.till.Exec(fmt.Sprintf("ALTER TABLE %s ALTER %s DROP DEFAULT, ALTER %[2]s TYPE %s", c.table, c.column,
				c.to))
			var refused *biotrack.SchemaError
			if _, err := s.try(c.stream.Pass, s.opts); !errors.As(err, &refused) || len(refused.Unreadable) != 1 {
				t.Errorf("%s.%s: %v", c.table, c.column, err)
			}
			s.store.WantUnwritten(before)
		}
	})
}
