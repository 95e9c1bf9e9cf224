package cmd_test

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/internal/test/oracle"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// cmdOracle compares the store with what the rules say of the till, as the independent judge in internal/test/oracle
// works them out.
//
//	oracle [--streams LIST] [--removed] [--keep-rejected] [--running] [--fresh] [--store NAME] [--level ID]
//	       [--rooms LIST] [--locations LIST] [--region CODE] [--branch NAME]
func cmdOracle(_ *testscript.TestScript, s *fixture, args []string) error {
	settings, options := judgement()
	var streams, rooms, locations, branch string
	store := "default"
	flags := flag.NewFlagSet("oracle", flag.ContinueOnError)
	flags.StringVar(&streams, "streams", "", "")
	flags.BoolVar(&options.AllowRemoved, "removed", false, "")
	flags.BoolVar(&options.KeepRejected, "keep-rejected", false, "")
	flags.BoolVar(&options.AllowRunning, "running", false, "")
	flags.BoolVar(&options.Fresh, "fresh", false, "")
	flags.StringVar(&store, "store", store, "")
	flags.StringVar(&branch, "branch", "", "")
	flags.Int64Var(&settings.Level, "level", settings.Level, "")
	flags.StringVar(&rooms, "rooms", "", "")
	flags.StringVar(&locations, "locations", "", "")
	flags.StringVar(&settings.Region, "region", settings.Region, "")
	err := parse(flags, args)
	if streams != "" {
		options.Streams = strings.Split(streams, ",")
	}
	var failed [2]error
	settings.Rooms, failed[0] = numbers(rooms)
	settings.Locations, failed[1] = numbers(locations)
	if err := errors.Join(err, failed[0], failed[1]); err != nil {
		return err
	}
	till := s.till.URL
	if branch != "" {
		till = s.branches[branch].till.URL
	}
	return s.judge(till, store, settings, options)
}

// judgement are the settings that the program has if nothing is said, with the prices of level 1.
func judgement() (oracle.Settings, oracle.Options) {
	return oracle.Settings{
		Region: "US", Level: 1, PointsPerDollar: decimal.NewFromInt(1), Basis: oracle.BasisTotal, Now: time.Now(),
	}, oracle.Options{}
}

func numbers(list string) ([]int64, error) {
	var out []int64
	for part := range strings.SplitSeq(list, ",") {
		if part == "" {
			continue
		}
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// judge compares the store with the till; the error lists the differences.
func (s *fixture) judge(till, store string, settings oracle.Settings, options oracle.Options) error {
	var source *oracle.Source
	err := with("postgres", till, func(db *sql.DB) (err error) {
		source, err = oracle.Read(s.tb.Context(), db)
		return err
	})
	if err != nil {
		return err
	}
	return s.inStore(func(db *sql.DB) error {
		actual, err := oracle.ReadStore(s.tb.Context(), db, s.store.Kind == shop.SQLite, store)
		if err != nil {
			return err
		}
		return listed(oracle.Diff(oracle.Expect(source, settings), actual, options))
	})
}

// listed makes an error of differences, the first ones of a long list.
func listed(differences []oracle.Difference) error {
	const most = 20
	if len(differences) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d differences", len(differences))
	for _, d := range differences[:min(most, len(differences))] {
		fmt.Fprintf(&b, "\n\t%s", d)
	}
	return errors.New(b.String())
}
