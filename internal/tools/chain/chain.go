package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	_ "github.com/lib/pq" // the driver

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// storeDB is the chain's Blackbird database.
const storeDB = "blackbird"

// connectionsAStore is the most that a pass opens to either side, and spareConnections are for the chain itself.
const (
	connectionsAStore = 4
	spareConnections  = 40
)

// chain is the shops, and the store that they share.
type chain struct {
	options
	tills, store *pgtest.Server
	dir          string // of the config file and the state folder
	shops        []shop
	progress     io.Writer
}

// storeSettings undo what makes the tests' servers fast and unsafe. Checkpoints are left to the chain, which makes one before each run.
func (o options) storeSettings() map[string]string {
	return map[string]string{
		"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "shared_buffers": "512MB", "max_wal_size": "4GB",
		"checkpoint_timeout": "30min", "max_connections": strconv.Itoa(o.parallel*connectionsAStore + spareConnections),
	}
}

// tillSettings leave out the vacuuming: a shop has a server of its own, and one for all would be busy with going from database to database.
func (o options) tillSettings() map[string]string {
	return map[string]string{"autovacuum": "off", "max_connections": strconv.Itoa(o.parallel*connectionsAStore + spareConnections)}
}

// run plays the chain, and prints and writes what it has found.
func run(ctx context.Context, o options, stdout, progress io.Writer) (err error) {
	c, err := open(ctx, o, progress)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	r, err := c.play(ctx)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, r.String()); err != nil || o.markdown == "" {
		return err
	}
	if err := os.WriteFile(o.markdown, []byte(r.String()), 0o644); err != nil {
		return fmt.Errorf("write the tables: %w", err)
	}
	return nil
}

// open starts the servers and makes the shops.
func open(ctx context.Context, o options, progress io.Writer) (_ *chain, err error) {
	c := &chain{options: o, progress: progress}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if c.bin, err = filepath.Abs(o.bin); err != nil {
		return nil, fmt.Errorf("find the binary: %w", err)
	}
	if c.tills, err = pgtest.Start(ctx, pgtest.Options{Settings: o.tillSettings()}); err != nil {
		return nil, fmt.Errorf("start the tills' server: %w", err)
	}
	if c.store, err = pgtest.Start(ctx, pgtest.Options{Settings: o.storeSettings()}); err != nil {
		return nil, fmt.Errorf("start the store's server: %w", err)
	}
	if err := c.store.CreateDatabase(ctx, storeDB, pgtest.DatabaseOptions{}); err != nil {
		return nil, err
	}
	if c.dir, err = os.MkdirTemp("", "blackbirdctl-chain-"); err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	if err := c.makeShops(ctx); err != nil {
		return nil, err
	}
	return c, c.writeConfig()
}

func (c *chain) close() (err error) {
	for _, s := range []*pgtest.Server{c.tills, c.store} {
		if s != nil {
			err = errors.Join(err, s.Stop())
		}
	}
	if c.dir != "" {
		err = errors.Join(err, os.RemoveAll(c.dir))
	}
	return err
}

// play runs all rounds, and compares the shops in the end.
func (c *chain) play(ctx context.Context) (*report, error) {
	r := &report{shops: len(c.shops)}
	var err error
	if r.about, err = c.about(ctx); err != nil {
		return nil, err
	}
	for i, name := range rounds {
		if i == tradingRound {
			if err := c.trade(ctx, tradingRound+1); err != nil {
				return nil, err
			}
		}
		if err := c.round(ctx, r, name); err != nil {
			return nil, err
		}
	}
	if r.judged, err = c.judge(ctx); err != nil {
		return nil, err
	}
	if r.disk, err = c.measureDisk(ctx); err != nil {
		return nil, err
	}
	r.trips, err = c.countTrips(ctx)
	return r, err
}

// say tells how far the chain has come.
func (c *chain) say(format string, args ...any) {
	fmt.Fprintf(c.progress, time.Now().Format(time.TimeOnly)+" "+format+"\n", args...)
}
