// Command chain plays a chain of shops on this machine and tells what each of them costs:
//
//	go run ./internal/tools/chain --bin bin/blackbirdctl [--shops N] [--parallel N] [--markdown FILE]
//
// It starts two private PostgreSQL servers, one for the tills, a BioTrack database a shop, and one for the Blackbird database that all of them
// share, writes the config file of the chain, and runs the real binary with --all-stores: a first round of passes, one after a day of
// trading at each shop, and one after which nothing has changed, each of them verified. In the end every shop is compared with what the
// rules say of its till. It exits with 1 where anything differs, or where a run ended otherwise than it should.
//
// It runs on Linux, and leaves nothing behind but the Markdown file.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

var program = figures.Program[options]{Name: "chain", Parse: parse, Run: run}

func main() { program.Main() }

// options are the command line's.
type options struct {
	bin             string
	shops, parallel int
	markdown        string // file; empty: none
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("chain", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.bin, "bin", "bin/blackbirdctl", "blackbirdctl `file` to run")
	flags.IntVar(&o.shops, "shops", 200, "how many shops the chain has")
	flags.IntVar(&o.parallel, "parallel", 8, "how many shops a run is at work for at a time")
	flags.StringVar(&o.markdown, "markdown", "", "`file` to write the tables into as well")
	switch err := flags.Parse(args); {
	case err != nil:
		return o, err
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case o.shops < 1 || o.parallel < 1:
		return o, errors.New("read --shops and --parallel: at least 1")
	}
	return o, nil
}
