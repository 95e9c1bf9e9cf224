package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/lib/pq"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
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

// closeLimit bounds the clean-up, which must happen even after the demo itself was stopped.
const closeLimit = 20 * time.Second

// shop is a database that plays the point of sale.
type shop struct {
	db      *sql.DB
	readURL string // for blackbirdctl
	told    string // readURL as the demo prints it
	close   func() error
}

// quiet keeps the server from transactions of its own: while one runs, a pass cannot take what is younger for settled, and
// the next one reads it once more. That does no harm, but the demo's figures would not always be the same.
var quiet = map[string]string{"autovacuum": "off"}

// openShop makes an empty database, on a private server unless the URL of another is given.
func openShop(ctx context.Context, server string) (*shop, error) {
	if server != "" {
		return borrow(ctx, server)
	}
	private, err := pgtest.Start(ctx, pgtest.Options{Settings: quiet})
	if err != nil {
		return nil, fmt.Errorf("start a private PostgreSQL server: %w", err)
	}
	s := &shop{close: private.Stop}
	const name = "shop"
	if err := private.CreateDatabase(ctx, name, pgtest.DatabaseOptions{}); err != nil {
		return nil, errors.Join(err, s.close())
	}
	owner, err := url.Parse(private.URL(name))
	if err == nil {
		s.db, err = sql.Open("postgres", owner.String())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the shop's database: %w", err), s.close())
	}
	s.close = func() error { return errors.Join(s.db.Close(), private.Stop()) }
	// As short as it can be spelled, for it is printed.
	socket := strings.ReplaceAll(url.QueryEscape(owner.Query().Get("host")), "%2F", "/")
	s.readURL = fmt.Sprintf("postgres://%s@/%s?host=%s&sslmode=disable", reader, name, socket)
	s.told = s.readURL
	return s, nil
}

// borrow makes the database on a running server, and drops it in the end. It makes no role there: roles outlive databases.
func borrow(ctx context.Context, server string) (*shop, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
		// Without the text: it may hold a password.
		return nil, errors.New("read --server: it must be a postgres:// URL")
	}
	name := "blackbirdctl_demo_" + strings.ToLower(rand.Text()[:12])
	if err := execute(ctx, server, "CREATE DATABASE "+pq.QuoteIdentifier(name)); err != nil {
		return nil, fmt.Errorf("create a database for the shop: %w", err)
	}
	u.Path = "/" + name
	s := &shop{readURL: u.String(), told: "(a database made for the demo on the given server)"}
	drop := func() error {
		ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
		defer cancel()
		return execute(ctx, server, "DROP DATABASE "+pq.QuoteIdentifier(name))
	}
	if s.db, err = sql.Open("postgres", s.readURL); err != nil {
		return nil, errors.Join(fmt.Errorf("open the shop's database: %w", err), drop())
	}
	s.close = func() error { return errors.Join(s.db.Close(), drop()) }
	return s, nil
}

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, server, statement string) error {
	db, err := sql.Open("postgres", server)
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, statement)
	return errors.Join(err, db.Close())
}

// fill makes the shop, with rows of every kind that must be refused, and the role that may read it.
func (s *shop) fill(ctx context.Context) (biotracktest.Summary, error) {
	made, err := biotracktest.Generate(ctx, s.db, biotracktest.Options{
		Seed: seed, Customers: customers, Tickets: tickets, Products: products, Lots: lots, BadRows: true,
	})
	if err != nil {
		return made, fmt.Errorf("fill the shop: %w", err)
	}
	if s.readURL != s.told {
		return made, nil
	}
	return made, biotracktest.GrantReader(ctx, s.db, reader)
}

// mends are what somebody does at the end of the day so that two rows need no longer be refused.
var mends = []string{
	`UPDATE tickets SET totalprice = price + tax WHERE ticketserial = (SELECT min(ticketserial) FROM tickets WHERE totalprice IS NULL)`,
	`UPDATE inventory SET remainingweight = 25 WHERE remainingweight = 'NaN'`,
}

// trade lets a day pass at the shop.
func (s *shop) trade(ctx context.Context) (biotracktest.DaySummary, error) {
	day, err := biotracktest.TradingDay(ctx, s.db, biotracktest.Day{Seed: seed, Number: 1, Scale: busy})
	if err != nil {
		return day, fmt.Errorf("let a day pass: %w", err)
	}
	for _, mend := range mends {
		if _, err := s.db.ExecContext(ctx, mend); err != nil {
			return day, fmt.Errorf("mend a row: %w", err)
		}
	}
	return day, nil
}
