package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"strings"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

// The shop's size: small enough that a menu can be looked through. Its lots are so few that a day sells something out.
const (
	customers = 400
	tickets   = 4000
	products  = 72
	lots      = 72
)

// busy is how busy the day is.
const busy = 2

// seed is what the whole shop and its day follow from. It was chosen for a day that has something of everything:
// products that are new, in stock again, sold out and taken off sale, and a refund by a ticket of its own. The test
// holds it to that.
const seed = 9

// reader is the role that blackbirdctl logs in as on the private server: it may read the shop's tables and nothing
// else.
const reader = "reader"

// dispensary is a database that plays the point of sale.
type dispensary struct {
	*shop.Till
	readURL string // for blackbirdctl
	shown   string // readURL as the demo prints it
	grant   bool   // whether the reader is a role of its own
}

// openShop makes an empty database, on a private server unless the URL of another is given. It is gone when the demo
// ends.
func openShop(t *lab.T, server string) *dispensary {
	if server != "" {
		return borrow(t, server)
	}
	// The server makes no transactions of its own: while one runs, a pass cannot take what is younger for settled, and
	// the next one reads it once more. That does no harm, but the demo's figures would not always be the same.
	private := t.Server(map[string]string{"autovacuum": "off"})
	const name = "shop"
	t.Check(private.CreateDatabase(t.Context(), name, pgtest.DatabaseOptions{}))
	s := &dispensary{Till: shop.TillAt(t, private.URL(name))}
	// As short as it can be spelled, for it is printed.
	s.readURL = fmt.Sprintf("postgres://%s@/%s?host=%s&sslmode=disable", reader, name, private.Dir())
	s.shown, s.grant = s.readURL, true
	return s
}

// borrow makes the database on a running server. It makes no role there: roles outlive databases.
func borrow(t *lab.T, server string) *dispensary {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		// Without the text: it may hold a password.
		t.Fatal("read --server: it must be a postgres:// URL")
	}
	name := "blackbirdctl_demo_" + strings.ToLower(rand.Text()[:12])
	t.Execute(server, "CREATE DATABASE "+pq.QuoteIdentifier(name))
	t.Cleanup(func() {
		admin := pgtest.Open(t, server)
		// The demo's own context may have ended.
		_, err := admin.ExecContext(context.Background(), "DROP DATABASE "+pq.QuoteIdentifier(name))
		t.Note(err)
	})
	u.Path = "/" + name
	return &dispensary{
		Till: shop.TillAt(t, u.String()), readURL: u.String(),
		shown: "(a database made for the demo on the given server)",
	}
}

// fill makes the shop, with rows of every kind that must be rejected, and the role that may read it.
func (s *dispensary) fill() biotracktest.Summary {
	made := s.Generate(biotracktest.Options{
		Seed: seed, Customers: customers, Tickets: tickets, Products: products, Lots: lots, BadRows: true,
	})
	if s.grant {
		s.Grant(reader)
	}
	return made
}

// fixes are made at the end of the day, so that two rows are no longer rejected.
var fixes = []string{
	`UPDATE tickets SET totalprice = price + tax
		WHERE ticketserial = (SELECT min(ticketserial) FROM tickets WHERE totalprice IS NULL)`,
	`UPDATE inventory SET remainingweight = 25 WHERE remainingweight = 'NaN'`,
}

// trade lets a day pass at the shop.
func (s *dispensary) trade() biotracktest.DaySummary {
	day := s.Day(biotracktest.Day{Seed: seed, Number: 1, Scale: busy})
	for _, fix := range fixes {
		s.Exec(fix)
	}
	return day
}
