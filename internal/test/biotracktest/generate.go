package biotracktest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Options say what Generate makes. Of a number that is 0 the default is taken; a negative one means none at all.
type Options struct {
	Layout    Layout // default Layout2015
	Seed      uint64
	Customers int // default 1,000
	Tickets   int // default 5,000, over the three years before Now
	Products  int // default 300
	Lots      int // default three for each product
	// NoSales leaves out the lines and payments of the tickets: two thirds of the time, and no stream reads them.
	NoSales bool
	// BadRows adds some rows of every kind that a reader must refuse, after the good ones.
	BadRows bool
	// Now is when the last ticket was rung up; default [DefaultNow]. What has not expired is good for many years more.
	Now time.Time
}

// DefaultNow is the moment that databases are made for if nothing else is said. It is fixed, so that they are always
// alike.
var DefaultNow = time.Date(2026, time.January, 5, 18, 0, 0, 0, time.UTC)

// Summary counts what Generate has made; bad rows are counted in the tables' own numbers too.
type Summary struct {
	Customers, Tickets, Sales, Payments   int
	Products, Categories, Lots            int
	BadCustomers, BadTickets, BadProducts int // what a reader must refuse
}

// String describes a summary in words.
func (s Summary) String() string {
	return fmt.Sprintf("%d customers (%d bad), %d tickets (%d bad), %d sales lines, %d payments, "+
		"%d products (%d bad) in %d categories, %d lots", s.Customers, s.BadCustomers, s.Tickets, s.BadTickets, s.Sales,
		s.Payments, s.Products, s.BadProducts, s.Categories, s.Lots)
}

// withDefaults replaces what was left open.
func (o Options) withDefaults() Options {
	for _, number := range []struct {
		value    *int
		fallback int
	}{{&o.Customers, 1000}, {&o.Tickets, 5000}, {&o.Products, 300}} {
		*number.value = orDefault(*number.value, number.fallback)
	}
	o.Lots = orDefault(o.Lots, 3*o.Products)
	if o.Layout == "" {
		o.Layout = Layout2015
	}
	if o.Now.IsZero() {
		o.Now = DefaultNow
	}
	o.Now = o.Now.UTC().Truncate(time.Second)
	return o
}

// orDefault is the number that an option means.
func orDefault(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return max(n, 0)
}

// generator makes rows. Each row follows from the seed and its own index alone, so that nothing is kept between rows
// but the products, which tickets take their prices from.
type generator struct {
	Options
	// noEncoding says that the database takes any bytes, and some are not UTF-8.
	noEncoding bool
	// infinity says that the server's numbers can be infinite.
	infinity bool
	products []product
	counts   Summary
}

// Generate creates the tables in an empty database and fills them, all in one transaction and by COPY: a million
// tickets with their lines and payments take well under a minute, and no more memory than a thousand.
func Generate(ctx context.Context, db *sql.DB, opts Options) (Summary, error) {
	g := &generator{Options: opts.withDefaults()}
	if err := g.inspect(ctx, db); err != nil {
		return Summary{}, err
	}
	if err := Create(ctx, db, g.Layout); err != nil {
		return Summary{}, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return Summary{}, fmt.Errorf("connect to load: %w", err)
	}
	err = errors.Join(g.loadAll(ctx, conn), conn.Close())
	if err != nil {
		return Summary{}, err
	}
	if _, err := db.ExecContext(ctx, "ANALYZE"); err != nil {
		return Summary{}, fmt.Errorf("analyze: %w", err)
	}
	return g.counts, nil
}

// inspect reads what the database can hold.
func (g *generator) inspect(ctx context.Context, db *sql.DB) error {
	const query = `SELECT current_setting('server_encoding') = 'SQL_ASCII',
		current_setting('server_version_num')::int >= 140000`
	if err := db.QueryRowContext(ctx, query).Scan(&g.noEncoding, &g.infinity); err != nil {
		return fmt.Errorf("inspect the database: %w", err)
	}
	return nil
}

// table is what one COPY loads into one table.
type table struct {
	name    string
	columns []string
	n       int                 // how many indexes there are
	write   func(r *row, i int) // writes the rows of an index, none or several
	count   *int                // where the rows are counted, if anywhere
}

// loadAll loads all tables in one transaction and moves the sequences past them.
func (g *generator) loadAll(ctx context.Context, conn *sql.Conn) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin load: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	g.products = g.makeProducts()
	for _, t := range g.tables() {
		n, err := copyRows(ctx, conn, t, g.columns(t.columns))
		if err != nil {
			return fmt.Errorf("load %s: %w", t.name, err)
		}
		if t.count != nil {
			*t.count += n
		}
	}
	if err := g.moveSequences(ctx, tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit load: %w", err)
	}
	return nil
}

// sequences names the keys that count by themselves; a load writes them, so that its rows are always the same.
var sequences = map[string]string{
	"tickets": "ticketserial", "sales": "id", "payments": "id", "products": "id", "productcategories": "id",
	"inventoryrooms": "id", "memberdiscount": "id", "locations": "id", "orgdata": "id",
}

// moveSequences makes what is inserted later count on from what was loaded.
func (g *generator) moveSequences(ctx context.Context, tx *sql.Tx) error {
	move := func(table, key string) error {
		query := fmt.Sprintf("SELECT setval(pg_get_serial_sequence('%[1]s', '%[2]s'), greatest(max(%[2]s), 1)) FROM "+
			"%[1]s", table, key)
		if _, err := tx.ExecContext(ctx, query); err != nil {
			return fmt.Errorf("move the sequence of %s: %w", table, err)
		}
		return nil
	}
	for table, key := range sequences {
		if err := move(table, key); err != nil {
			return err
		}
	}
	if g.Layout != LayoutAudited {
		return nil
	}
	for _, t := range g.tables() {
		if err := move(t.name, "id_serial"); err != nil {
			return err
		}
	}
	return nil
}

// tables lists what is loaded, good rows before bad ones.
func (g *generator) tables() []table {
	c := &g.counts
	tables := append(g.setupTables(),
		table{"productcategories", categoryColumns, len(categories), g.writeCategory, &c.Categories},
		table{"products", productColumns, len(g.products), g.writeProduct, &c.Products},
		table{"inventory", lotColumns, g.lots(), g.writeLot, &c.Lots},
		table{"customers", customerColumns, g.Customers, g.writeCustomer, &c.Customers},
		table{"tickets", ticketColumns, g.Tickets, g.writeTicket, &c.Tickets})
	if !g.NoSales {
		tables = append(tables,
			table{"sales", g.saleColumns(), g.Tickets, g.writeSales, &c.Sales},
			table{"payments", paymentColumns, g.Tickets, g.writePayment, &c.Payments})
	}
	if g.BadRows {
		tables = append(tables, g.badTables()...)
	}
	return tables
}

// auditColumns are on every table of the newer layout.
var auditColumns = []string{"modified_on", "created_on", "modified_by", "created_by", "id_serial"}

// columns adds the layout's own columns to a table's.
func (g *generator) columns(columns []string) []string {
	if g.Layout != LayoutAudited {
		return columns
	}
	return slices.Concat(columns, auditColumns)
}

// end ends a row that was made at a moment and is the table's serial'th.
func (g *generator) end(r *row, made time.Time, serial int64) {
	if g.Layout == LayoutAudited {
		r.time(made)
		r.time(made)
		r.text("till")
		r.text("till")
		r.int(serial)
	}
	r.end()
}

// The streams of chance, one for each kind of row, so that more of one kind changes no other.
const (
	chanceCustomers = iota + 1
	chanceTickets
	chanceProducts
	chanceLots
	chanceDay
)

// chance is the source of all that is random in the row of an index.
func (g *generator) chance(kind, i int) *rand.Rand {
	return rand.New(rand.NewPCG(g.Seed, uint64(kind)<<48|uint64(i)))
}

// pick takes one of a list.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
