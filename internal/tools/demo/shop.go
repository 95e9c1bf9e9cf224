package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"net/url"
	"strings"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
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

// seed is what the whole shop and its day follow from. It was chosen for a day that has something of everything: products
// that are new, in stock again, sold out and taken off sale, and a refund by a ticket of its own. The test holds it to that.
const seed = 9

// reader is the role that blackbirdctl logs in as on the private server: it may read the shop's tables and nothing else.
const reader = "reader"

// shop is a database that plays the point of sale.
type shop struct {
	*lab.T
	db      *sql.DB
	readURL string // for blackbirdctl
	shown   string // readURL as the demo prints it
	grant   bool   // whether the reader is a role of its own
}

// openShop makes an empty database, on a private server unless the URL of another is given. It is gone when the demo ends.
func openShop(t *lab.T, server string) *shop {
	s := &shop{T: t}
	if server != "" {
		s.borrow(server)
		return s
	}
	// The server makes no transactions of its own: while one runs, a pass cannot take what is younger for settled, and the next
	// one reads it once more. That does no harm, but the demo's figures would not always be the same.
	private := t.Server(map[string]string{"autovacuum": "off"})
	const name = "shop"
	t.Check(private.CreateDatabase(t.Context(), name, pgtest.DatabaseOptions{}))
	s.db = pgtest.Open(t, private.URL(name))
	// As short as it can be spelled, for it is printed.
	s.readURL = fmt.Sprintf("postgres://%s@/%s?host=%s&sslmode=disable", reader, name, private.Dir())
	s.shown, s.grant = s.readURL, true
	return s
}

// borrow makes the database on a running server. It makes no role there: roles outlive databases.
func (s *shop) borrow(server string) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		// Without the text: it may hold a password.
		s.Fatal("read --server: it must be a postgres:// URL")
	}
	name := "blackbirdctl_demo_" + strings.ToLower(rand.Text()[:12])
	s.Execute(server, "CREATE DATABASE "+pq.QuoteIdentifier(name))
	s.Cleanup(func() {
		admin := pgtest.Open(s, server)
		// The demo's own context may have ended.
		_, err := admin.ExecContext(context.Background(), "DROP DATABASE "+pq.QuoteIdentifier(name))
		s.Note(err)
	})
	u.Path = "/" + name
	s.readURL, s.shown = u.String(), "(a database made for the demo on the given server)"
	s.db = pgtest.Open(s, s.readURL)
}

// fill makes the shop, with rows of every kind that must be rejected, and the role that may read it.
func (s *shop) fill() biotracktest.Summary {
	made, err := biotracktest.Generate(s.Context(), s.db, biotracktest.Options{
		Seed: seed, Customers: customers, Tickets: tickets, Products: products, Lots: lots, BadRows: true,
	})
	s.Check(err)
	if s.grant {
		s.Check(biotracktest.GrantReader(s.Context(), s.db, reader))
	}
	return made
}

// fixes are made at the end of the day, so that two rows are no longer rejected.
var fixes = []string{
	`UPDATE tickets SET totalprice = price + tax WHERE ticketserial = (SELECT min(ticketserial) FROM tickets WHERE totalprice IS NULL)`,
	`UPDATE inventory SET remainingweight = 25 WHERE remainingweight = 'NaN'`,
}

// trade lets a day pass at the shop.
func (s *shop) trade() biotracktest.DaySummary {
	day, err := biotracktest.TradingDay(s.Context(), s.db, biotracktest.Day{Seed: seed, Number: 1, Scale: busy})
	s.Check(err)
	for _, fix := range fixes {
		_, err := s.db.ExecContext(s.Context(), fix)
		s.Check(err)
	}
	return day
}
