package cmd

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// keyedExample is for customers and orders.
func keyedExample(stream string) string {
	return fmt.Sprintf(`  # crontab
  10 */3 * * *  blackbirdctl sync %[1]s

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [sync, %[1]s, --log-format, json, --pushgateway, "http://pushgateway:9091"]

  # a first pass during opening hours
  blackbirdctl sync %[1]s --max-rate 5000

  # support: what would a pass do, and what would a full one find
  blackbirdctl sync %[1]s --dry-run --output json
  blackbirdctl sync %[1]s --dry-run --full --log-level debug`, stream)
}

const productsExample = `  # crontab
  */5 * * * *  blackbirdctl sync products

  # Kubernetes: a CronJob's container; its concurrencyPolicy should be Forbid
  args: [sync, products, --log-format, json, --pushgateway, "http://pushgateway:9091"]

  # support: what would a pass do; then once, after a clearance sale, let as much leave the menu as it must
  blackbirdctl sync products --dry-run
  blackbirdctl sync products --max-removals 100%`

func (a *app) sync() *cobra.Command {
	c := a.syncAll(group("sync", "Bring BioTrack to Blackbird: all streams, or customers, orders or products"))
	c.AddCommand(a.syncAll(
		command("all", "Bring all streams to Blackbird, as sync without an argument does", "", cobra.NoArgs, nil)))
	for _, stream := range sync.Streams() {
		if stream.Table != nil {
			short := fmt.Sprintf("Bring new and changed %s to Blackbird", stream.Name)
			c.AddCommand(a.syncStream(stream, short, keyedExample(stream.Name)))
		}
	}
	c.AddCommand(
		a.syncStream(sync.Products, "Bring the menu up to date: prices, quantities, what is sold out", productsExample))
	return c
}

// syncStream returns the command for one stream of BioTrack.
func (a *app) syncStream(stream *sync.Stream, short, example string) *cobra.Command {
	var full, adoptSource bool
	var only selection
	c := command(stream.Name, short, example, cobra.NoArgs, func(ctx context.Context, _ []string) (err error) {
		opts := a.syncOptions(full)
		if opts.AdoptSource = adoptSource; adoptSource && !full {
			return &usageError{
				err: errors.New("--adopt-source needs --full: what is of the other BioTrack has to leave"),
			}
		}
		if opts.Only, err = only.of(a.cfg.TimeZone, full); err != nil {
			return err
		}
		return a.pass(ctx, stream, opts)
	})
	a.cfg.AddFlags(c.Flags(), config.LimitFlags...)
	c.Flags().BoolVar(&full, "full", false, "read everything again; what BioTrack no longer has is removed (orders), "+
		"made inactive (customers), or leaves the menu (products)")
	c.Flags().BoolVar(&adoptSource, "adopt-source", false,
		"with --full: the store is of this BioTrack from now on, and no longer of the one it was brought from")
	only.addIDFlag(c.Flags())
	switch stream {
	case sync.Orders:
		only.addTimeFlags(c.Flags())
	case sync.Products:
		a.cfg.AddFlags(c.Flags(), append([]string{"price-proof"}, config.MenuFlags...)...)
	}
	return c
}

// selection has the options of a backfill: some rows only, without the watermark.
type selection struct {
	ids, customers []string
	from, until    config.Date
}

func (s *selection) addIDFlag(f *pflag.FlagSet) {
	f.StringSliceVar(&s.ids, "id", nil, "only the rows with these ids; the watermark stays where it is")
}

func (s *selection) addTimeFlags(f *pflag.FlagSet) {
	config.Flag(f, &s.from, "from", config.DateKind, "",
		"only orders from this date on, in the store's time zone; the watermark stays where it is")
	config.Flag(f, &s.until, "until", config.DateKind, "",
		"only orders up to the end of this date, or before this moment; the watermark stays where it is")
}

func (s *selection) addPointsFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&s.ids, "order", nil, "only these orders; the watermark stays where it is")
	f.StringSliceVar(&s.customers, "customer", nil,
		"only the orders of these customers, by id; the watermark stays where it is")
}

// of returns the selection for a pass. The dates are valid: they were checked where they were given.
func (s *selection) of(zone *time.Location, full bool) (sync.Selection, error) {
	only := sync.Selection{IDs: trimmed(s.ids), Customers: trimmed(s.customers)}
	only.From, _ = s.from.In(zone)
	until, wholeDay := s.until.In(zone)
	if only.Until = until; wholeDay {
		only.Until = until.AddDate(0, 0, 1)
	}
	dated := s.from != "" || s.until != ""
	switch {
	case full && (dated || len(only.IDs) > 0):
		return only, &usageError{err: errors.New("--full reads everything and excludes --id, --from and --until")}
	case dated && len(only.IDs) > 0:
		return only, &usageError{err: errors.New("--id names the rows and excludes --from and --until")}
	case !only.Until.IsZero() && !only.Until.After(only.From):
		return only, &usageError{err: errors.New("--until is not after --from")}
	}
	return only, nil
}

// trimmed returns the words without blanks around them, and without empty ones.
func trimmed(words []string) (kept []string) {
	for _, word := range words {
		if word = strings.TrimSpace(word); word != "" {
			kept = append(kept, word)
		}
	}
	return kept
}
