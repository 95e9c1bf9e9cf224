// Command demo shows what blackbirdctl does, on a machine that has nothing set up: it starts a private PostgreSQL
// server that plays the point of sale, fills it with an invented shop, runs the real binary's passes into an embedded
// store, lets a day of trading pass, runs the passes again, and explains in plain words what each of them changed:
//
//	go run ./internal/tools/demo [--state DIR] [--bin FILE] [--server URL]
//
// It is for people who want to see the product before they point it at a till. It prints no customer's name, phone or
// e-mail, leaves the store in the state folder to look at, and leaves nothing else behind: its server ends with it,
// whatever the reason. The same version of it prints the same text, but for paths and times.
package main

import (
	"flag"
	"os"

	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

var program = lab.Program[options]{Name: "demo", Flags: flags, Run: run}

func main() { program.Main() }

// options are the command line's.
type options struct {
	state  string // the folder that the store is made in
	bin    string // the binary; empty: it is built
	server string // a running server's URL; empty: a private one is started
}

func flags(f *flag.FlagSet, o *options) func() error {
	f.StringVar(&o.state, "state", "demo-state",
		"`folder` for the store; if it is an earlier demo's, it is emptied first")
	f.StringVar(&o.bin, "bin", "", "blackbirdctl `file` to run (default: build "+builtBin+")")
	f.StringVar(&o.server, "server", "",
		"`URL` of a running PostgreSQL server, as its superuser, to make the shop's database on\n"+
			"(default: $"+pgtest.EnvURL+", else a private server)")
	return func() error {
		if o.server == "" {
			// Not the flag's default: the help would print it, and with it a password.
			o.server = os.Getenv(pgtest.EnvURL)
		}
		return nil
	}
}
