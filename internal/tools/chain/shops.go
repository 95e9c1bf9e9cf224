package main

import (
	"database/sql"
	_ "embed"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

//go:embed sql/disk.sql
var diskQuery string

//go:embed sql/late.sql
var lateQuery string

//go:embed sql/connections.sql
var connectionsQuery string

// reader is the role that the binary reads the tills as: it may select, and nothing else.
const reader = "reader"

// rooms are those whose stock is for sale, and level is the one whose prices the menu shows.
var rooms = []int64{0, 2}

const level = 1

// parallelWork is how many shops the chain itself works on at a time.
var parallelWork = 2 * runtime.NumCPU()

// branch is one of the chain's shops: a store's name, and the database of its till.
type branch struct {
	name, till string
	seed       uint64
}

// kinds are the shops that all others are copies of.
var kinds = []biotracktest.Options{
	{Layout: biotracktest.Layout2015, Seed: 1, Customers: 300, Tickets: 1500, Products: 60, NoSales: true,
		BadRows: true},
	{Layout: biotracktest.LayoutAudited, Seed: 2, Customers: 500, Tickets: 3000, Products: 90, NoSales: true},
	{Layout: biotracktest.Layout2015, Seed: 3, Customers: 800, Tickets: 6000, Products: 120, NoSales: true},
	{Layout: biotracktest.LayoutAudited, Seed: 4, Customers: 200, Tickets: 800, Products: 40, NoSales: true,
		BadRows: true},
}

// kinds are those of a chain of this size of shops.
func (o options) kinds() []biotracktest.Options {
	all := slices.Clone(kinds)
	for i := range all {
		if o.small {
			all[i].Customers /= 10
			all[i].Tickets /= 10
			all[i].Products /= 10
		}
	}
	return all
}

// makeShops makes one shop of each kind, copies them, and lets a day pass at each copy that no other has.
func (c *chain) makeShops() {
	began := time.Now()
	template := func(kind int) string { return fmt.Sprintf("kind%d", kind) }
	for i, kind := range c.kinds() {
		c.Check(c.tills.CreateDatabase(c.Context(), template(i), pgtest.DatabaseOptions{}))
		c.atTill(template(i), func(db *sql.DB) error {
			if _, err := biotracktest.Generate(c.Context(), db, kind); err != nil {
				return fmt.Errorf("fill %s: %w", template(i), err)
			}
			return biotracktest.GrantReader(c.Context(), db, reader)
		})
	}
	for i := range c.options.shops {
		seed := i%c.databases + 1
		s := branch{name: fmt.Sprintf("shop%05d", i+1), till: fmt.Sprintf("till%05d", seed), seed: uint64(seed)}
		if i < c.databases {
			from := pgtest.DatabaseOptions{Template: template(i % len(kinds))}
			c.Check(c.tills.CreateDatabase(c.Context(), s.till, from))
		}
		c.shops = append(c.shops, s)
	}
	c.Logf("%d shops made in %.1f s", len(c.shops), time.Since(began).Seconds())
	c.trade(1)
}

// trade lets a day pass at every till.
func (c *chain) trade(day int) {
	began := time.Now()
	c.Each(c.databases, parallelWork, func(i int) { c.tradeAt(c.shops[i], day) })
	c.Logf("a day of trading at %d tills in %.1f s", c.databases, time.Since(began).Seconds())
}

func (c *chain) tradeAt(s branch, day int) {
	c.atTill(s.till, func(db *sql.DB) error {
		if _, err := biotracktest.TradingDay(c.Context(), db, biotracktest.Day{Seed: s.seed, Number: day}); err != nil {
			return fmt.Errorf("let a day pass at %s: %w", s.till, err)
		}
		return nil
	})
}

// atTill calls f with the database of a shop's till, as its owner.
func (c *chain) atTill(name string, f func(*sql.DB) error) { c.With(c.tills.URL(name), f) }

// readURL is the till's address as the reader.
func (c *chain) readURL(s branch) string {
	till := shop.Till{TB: c, URL: c.tills.URL(s.till)}
	return till.URLAs(reader)
}

// storeConfig is one store of the config file.
type storeConfig struct {
	BiotrackURL string   `yaml:"biotrack_url"`
	Locations   []string `yaml:"locations,omitempty"`
}

// chainConfig is the config file, as `blackbirdctl config example` has it.
type chainConfig struct {
	BlackbirdURL string                 `yaml:"blackbird_url"`
	StateDir     string                 `yaml:"state_dir"`
	LogFormat    string                 `yaml:"log_format"`
	LogLevel     string                 `yaml:"log_level"`
	MemberLevel  int                    `yaml:"member_level"`
	Rooms        []int64                `yaml:"rooms"`
	Stores       map[string]storeConfig `yaml:"stores"`
}

func (c *chain) configFile() string { return filepath.Join(c.dir, "chain.yaml") }

// writeConfig writes the config file with the store's address, and with some stores besides the chain's shops.
func (c *chain) writeConfig(storeURL string, more map[string]storeConfig) {
	config := chainConfig{
		BlackbirdURL: storeURL, StateDir: filepath.Join(c.dir, "state"), LogFormat: "json",
		LogLevel:    "warn",
		MemberLevel: level, Rooms: rooms, Stores: make(map[string]storeConfig),
	}
	for _, s := range c.shops {
		config.Stores[s.name] = storeConfig{BiotrackURL: c.readURL(s)}
	}
	maps.Copy(config.Stores, more)
	text, err := yaml.Marshal(config)
	c.Check(err)
	c.Check(os.WriteFile(c.configFile(), text, 0o600))
}

// forAll is a command of the binary for every shop. Nothing of this machine's own settings reaches it.
func (c *chain) forAll(args []string) lab.Command {
	argv := append([]string{c.bin}, args...)
	return lab.Command{
		Argv: append(argv, "--all-stores", "--parallel", fmt.Sprint(c.parallel)), Dir: c.dir,
		Env: append(lab.Environ(), "BLACKBIRDCTL_CONFIG="+c.configFile()),
	}
}
