package cmd_test

import (
	"database/sql"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"
	stdsync "sync"
	"syscall"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
	"github.com/rogpeppe/go-internal/testscript"

	biotracktest "github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// cmdBioTrack does something at the till.
//
//	biotrack generate [--layout 2015|audited] [--seed N] [--customers N] [--tickets N] [--products N] [--bad]
//	    [--sales]
//	biotrack branch NAME [generate's options]   makes another shop's till, and writes its URL into the file NAME.url
//	biotrack day N [--hard-deletes]   lets the N-th trading day pass
//	biotrack sql STATEMENT            runs a statement as the database's owner
//	biotrack hold STATEMENT           begins a transaction, runs a statement in it, and keeps it open
//	biotrack commit | rollback        ends that transaction
//	biotrack settled                  waits until no older transaction runs in any of the server's databases than this
//	biotrack blocked N                waits until N of the program's sessions wait for a lock there
//	biotrack restore                  replaces the database by a copy of it under the same name, as from a dump
//	biotrack elsewhere                makes a till on another server, and names it in ELSEWHERE_URL;
//	                                  WRONG_PASSWORD_URL is that with a wrong password
func cmdBioTrack(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	verb, args := args[0], args[1:]
	switch verb {
	case "generate":
		return generate(s, args)
	case "branch":
		return branch(ts, s, args)
	case "day":
		return tradingDay(ts, s, args)
	case "restore":
		return restore(s.till.URL)
	case "elsewhere":
		return setElsewhere(ts, s)
	}
	return tillSQL(s, verb, strings.Join(args, " "))
}

func tillSQL(s *fixture, verb, statement string) (err error) {
	switch verb {
	case "sql":
		return execute("postgres", s.till.URL, statement)
	case "hold":
		s.tillHeld, err = hold(s.tb.Context(), "postgres", s.till.URL, "BEGIN", statement)
		return err
	case "commit", "rollback":
		return s.tillHeld.end(verb)
	case "blocked":
		return blocked(s.till.URL, statement)
	case "settled":
		return settled(s.till.URL)
	}
	return errUsage
}

// settled waits until what has been written so far is before any watermark to come: tests on the same server may hold
// it back.
func settled(address string) error {
	return with("postgres", address, func(db *sql.DB) error {
		var now int64
		if err := db.QueryRow(`SELECT txid_current()`).Scan(&now); err != nil {
			return err
		}
		return await("older transactions have ended", func() (over bool, err error) {
			err = db.QueryRow(`SELECT txid_snapshot_xmin(txid_current_snapshot()) > $1`, now).Scan(&over)
			return over, err
		})
	})
}

func blocked(address, sessions string) error {
	n, err := strconv.Atoi(sessions)
	if err != nil {
		return err
	}
	return awaitBlocked(address, n)
}

// execute runs one statement.
func execute(driver, address, statement string) error {
	return with(driver, address, func(db *sql.DB) error {
		_, err := db.Exec(statement)
		return err
	})
}

// parse reads a command's flags, which are all of its arguments.
func parse(flags *flag.FlagSet, args []string) error {
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return nil
}

func generate(s *fixture, args []string) error {
	opts := biotracktest.Options{}
	flags := flag.NewFlagSet("generate", flag.ContinueOnError)
	layout := flags.String("layout", string(biotracktest.Layout2015), "")
	flags.Uint64Var(&opts.Seed, "seed", 1, "")
	flags.IntVar(&opts.Customers, "customers", 60, "")
	flags.IntVar(&opts.Tickets, "tickets", 200, "")
	flags.IntVar(&opts.Products, "products", 40, "")
	flags.BoolVar(&opts.BadRows, "bad", false, "")
	sales := flags.Bool("sales", false, "")
	if err := parse(flags, args); err != nil {
		return err
	}
	opts.Layout, opts.NoSales = biotracktest.Layout(*layout), !*sales
	s.generate(opts)
	return nil
}

// branch makes the till of another of the chain's shops.
func branch(ts *testscript.TestScript, s *fixture, args []string) error {
	if len(args) == 0 {
		return errUsage
	}
	other := newShop(s.tb, shop.SQLite, ts.MkAbs(args[0]))
	if err := generate(other, args[1:]); err != nil {
		return err
	}
	s.branches[args[0]] = other
	return os.WriteFile(ts.MkAbs(args[0]+".url"), []byte(other.readerURL+"\n"), 0o600)
}

func tradingDay(ts *testscript.TestScript, s *fixture, args []string) error {
	day := biotracktest.Day{Seed: 1}
	if len(args) == 0 {
		return errUsage
	}
	if _, err := fmt.Sscan(args[0], &day.Number); err != nil {
		return err
	}
	flags := flag.NewFlagSet("day", flag.ContinueOnError)
	flags.BoolVar(&day.HardDeletes, "hard-deletes", false, "")
	if err := parse(flags, args[1:]); err != nil {
		return err
	}
	fmt.Fprintln(ts.Stdout(), s.till.Day(day))
	return nil
}

// restore makes a copy of a database take its place: the same name and rows, on the same server, and another oid.
func restore(address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	name := databaseName(address)
	u.Path = "/postgres"
	old, whole := pq.QuoteIdentifier(name+"_old"), pq.QuoteIdentifier(name)
	return with("postgres", u.String(), func(db *sql.DB) error {
		for _, statement := range []string{
			"ALTER DATABASE " + whole + " RENAME TO " + old,
			"CREATE DATABASE " + whole + " TEMPLATE " + old,
			"DROP DATABASE " + old,
		} {
			if err := whileInUse(db, statement); err != nil {
				return err
			}
		}
		return nil
	})
}

// whileInUse runs a statement that nobody may be connected for: a session that has ended takes a moment to be gone.
func whileInUse(db *sql.DB, statement string) error {
	return await("nobody is connected", func() (bool, error) {
		_, err := db.Exec(statement)
		if pq.As(err, pqerror.ObjectInUse) != nil {
			return false, nil
		}
		return true, err
	})
}

func setElsewhere(ts *testscript.TestScript, s *fixture) error {
	right, wrong, err := elsewhere.till(s.tb)
	ts.Setenv("ELSEWHERE_URL", right)
	ts.Setenv("WRONG_PASSWORD_URL", wrong)
	return err
}

// cmdRefused names in REFUSED_URL an address of the till, or of the store, that its server, or no server, will have.
//
//	refused database|user|store NAME
//	refused port
func cmdRefused(ts *testscript.TestScript, s *fixture, args []string) error {
	address := s.readerURL
	if len(args) == 2 && args[0] == "store" {
		address = s.store.URL
	}
	u, err := url.Parse(address)
	if err != nil || len(args) == 0 {
		return errUsage
	}
	switch args[0] {
	case "database", "store":
		u.Path = "/" + args[1]
	case "user":
		u.User = url.UserPassword(args[1], readerPassword)
	case "port":
		query := u.Query()
		query.Set("host", "127.0.0.1")
		query.Set("port", closedPort())
		u.RawQuery = query.Encode()
	default:
		return errUsage
	}
	ts.Setenv("REFUSED_URL", u.String())
	return nil
}

// closedPort is a port that is bound and not listened on for as long as the tests run: whoever connects is refused.
var closedPort = stdsync.OnceValue(func() string {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		err = syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}})
	}
	var bound syscall.Sockaddr
	if err == nil {
		bound, err = syscall.Getsockname(socket)
	}
	if err != nil {
		panic(err)
	}
	return strconv.Itoa(bound.(*syscall.SockaddrInet4).Port)
})
