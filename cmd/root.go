package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

const rootHelp = `blackbirdctl keeps a Blackbird store (customers, orders, online menu, loyalty points) in step with a
BioTrack point-of-sale database. Each run makes one pass from where the last one ended, and exits; run it from cron.

It reads BioTrack and never writes to it. It remembers only a watermark file for each stream, in the state folder.`

const rootExample = `  # set up one shop, bring everything over, and prove it
  blackbirdctl init
  blackbirdctl sync
  blackbirdctl verify

  # crontab of the user who ran init
  PATH=/usr/local/bin:/usr/bin:/bin
  */5 * * * *   blackbirdctl sync products >> "$HOME/blackbirdctl.log" 2>&1
  7 */3 * * *   blackbirdctl sync          >> "$HOME/blackbirdctl.log" 2>&1`

// Main runs one command line and returns the process's exit code.
func Main(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	zerolog.TimeFieldFormat = "2006-01-02T15:04:05.000Z07:00"
	return (&app{args: args, out: stdout, err: stderr}).main(ctx)
}

// main runs the command line, reports its error, and returns the exit code.
func (a *app) main(ctx context.Context) int {
	err := a.run(ctx)
	code := exitCode(ctx, err)
	if err != nil && !a.reported {
		a.reportError(ctx, err, code)
	}
	return code
}

// app is one run of the program.
type app struct {
	args     []string
	out, err io.Writer
	cfg      *config.Config
	dryRun   bool
	wide     bool
	// runOnly names the flags of all commands that are meant for one run.
	runOnly []string
	// log names the store in each line; anyStore does not.
	log, anyStore zerolog.Logger
	// json reports whether the log is JSON, oneForm whether results of passes go to the same place, and reported
	// whether it has the error that ends the run.
	json, oneForm, reported bool
	// terminal reports whether log lines go to a terminal, and plain whether there are warnings alone, in plain words.
	// screen shows progress there, nil where it cannot.
	terminal, plain bool
	screen          *screen
	// one is the store that the run is for where it is one of many, else empty.
	one string
	// csv writes results as CSV, nil before the first.
	csv *output.CSV
	// file is the config file, once it has been read.
	file *config.File
}

func (a *app) run(ctx context.Context) error {
	root := a.root()
	root.SetArgs(a.args)
	root.SetOut(a.out)
	root.SetErr(a.err)
	if err := root.ExecuteContext(ctx); !errors.Is(err, errDone) {
		return err
	}
	return nil
}

// Root returns the tree of all commands, for what describes them, such as the manual.
func Root() *cobra.Command {
	return (&app{out: io.Discard, err: io.Discard}).root()
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:               "blackbirdctl",
		Short:             "Keep a Blackbird store in step with a BioTrack point of sale",
		Long:              rootHelp + "\n\n" + exitCodeHelp + "\n\n" + environmentHelp,
		Example:           rootExample,
		SilenceErrors:     true,
		SilenceUsage:      true,
		Args:              cobra.ArbitraryArgs,
		PersistentPreRunE: a.prepare,
		RunE:              needSubcommand,
	}
	a.cfg = config.New()
	root.PersistentFlags().AddFlagSet(a.cfg.General)
	root.PersistentFlags().BoolVar(&a.dryRun, "dry-run", false,
		"do all the work, but write neither the store nor the watermark")
	root.PersistentFlags().BoolVar(&a.wide, "wide", false, "show whole tables on a terminal, however wide")
	root.SetFlagErrorFunc(flagError)
	root.Version = thisBuild().Version
	root.SetVersionTemplate(thisBuild().String() + "\n")
	root.AddCommand(
		a.init(), a.inspect(), a.sync(), a.points(), a.status(), a.rejects(), a.verify(), a.menu(), a.report(),
		a.doctor(), a.customers(), a.products(), a.watermark(), a.migrate(), a.store(), a.config(), a.version(),
	)
	root.CompletionOptions.HiddenDefaultCmd = false
	if a.one == "" {
		a.runOnly = runOnly(root)
		// cobra never forgets what completes a flag, nor the flag: a chain's many runs complete none.
		completeValues(root)
	}
	return root
}

// prepare loads the options and starts the log; with --all-stores it runs the command for each store.
func (a *app) prepare(cmd *cobra.Command, _ []string) error {
	loaded := a.loadConfig(cmd)
	if err := errors.Join(loaded, a.startLog(a.err)); err != nil {
		return err
	}
	if err := a.checkForm(cmd); err != nil {
		return err
	}
	if a.one == "" {
		for _, warning := range config.MistypedVariables(a.runOnly) {
			a.anyStore.Warn().Msg(warning)
		}
	}
	if a.log.GetLevel() <= zerolog.DebugLevel {
		cmd.SetContext(model.WithTrace(cmd.Context(), a.logStatement))
	}
	if a.cfg.AllStores && !once(cmd) {
		return a.everyStore(cmd.Context(), cmd.CommandPath())
	}
	return nil
}

// noTable are the commands whose results are no single table: as CSV they would leave something out.
var noTable = []string{
	"customers export", "customers show", "inspect prices", "inspect report", "inspect schema", "points explain",
	"products show", "version",
}

// checkForm refuses CSV for a command that has no table.
func (a *app) checkForm(cmd *cobra.Command) error {
	_, name, _ := strings.Cut(cmd.CommandPath(), " ")
	if a.cfg.Output != "csv" || !slices.Contains(noTable, name) {
		return nil
	}
	return notFound(name+" prints no single table, so it has no form as CSV", "use --output json or text")
}

// group returns a command that only has subcommands.
func group(use, short string, subcommands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: cobra.ArbitraryArgs, RunE: needSubcommand}
	c.AddCommand(subcommands...)
	return c
}

// needSubcommand is the RunE of a command that only has subcommands.
func needSubcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 && !cmd.HasParent() {
		return cmd.Help()
	}
	problem := "a subcommand is needed"
	if len(args) > 0 {
		problem = fmt.Sprintf("unknown command %q", args[0])
	}
	var known []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	e := &usageError{err: fmt.Errorf("%s: %s; %s has %s", cmd.CommandPath(), problem, cmd.Name(),
		strings.Join(known, ", "))}
	if len(args) > 0 {
		e.closest = output.DidYouMean(args[0], known)
	}
	return e
}

// flagError is the error of a flag that a command does not have, or of its value.
func flagError(c *cobra.Command, err error) error {
	e := &usageError{err: err}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		e.closest = output.DidYouMean("--"+unknown.GetSpecifiedName(), known)
	}
	return e
}

// argsError is the error of arguments that a command does not take: it names the one that is missing, and the word
// that an unknown one is like.
func argsError(c *cobra.Command, args []string, err error) error {
	e := &usageError{}
	names := strings.Fields(c.Use)[1:]
	switch {
	case len(args) < len(names) && names[len(args)] == strings.ToUpper(names[len(args)]):
		err = fmt.Errorf("%s is missing", names[len(args)])
	case len(args) > 0 && len(c.ValidArgs) > 0 && !slices.Contains(c.ValidArgs, args[0]):
		err = fmt.Errorf("unknown %q: it must be one of %s", args[0], strings.Join(c.ValidArgs, ", "))
		e.closest = output.DidYouMean(args[0], c.ValidArgs)
	}
	e.err = fmt.Errorf("%s: %w", c.CommandPath(), err)
	return e
}

// reader returns a command that reads the store, which must exist.
func (a *app) reader(
	use, short, example string, check cobra.PositionalArgs,
	run func(ctx context.Context, store *blackbird.Store, args []string) error,
) *cobra.Command {
	return command(use, short, example, check, func(ctx context.Context, args []string) error {
		store, done, err := a.readStore(ctx)
		if err != nil {
			return err
		}
		defer done()
		return run(ctx, store, args)
	})
}

// command returns a command that can be run. Its arguments are checked, and wrong ones are a usageError.
func command(
	use, short, example string, check cobra.PositionalArgs, run func(ctx context.Context, args []string) error,
) *cobra.Command {
	return &cobra.Command{
		Use:     use,
		Short:   short,
		Example: example,
		Args: func(c *cobra.Command, args []string) error {
			if err := check(c, args); err != nil {
				return argsError(c, args, err)
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return run(c.Context(), args) },
	}
}

// usageError is an invalid command line.
type usageError struct {
	err error
	// closest begins the hint: what was meant, empty where nothing is like it.
	closest string
}

func (e *usageError) Error() string {
	// pflag quotes what strconv says.
	problem, of, quoted := strings.Cut(e.err.Error(), "strconv.Parse")
	switch {
	case quoted && strings.HasPrefix(of, "Bool"):
		problem += "must be true or false"
	case quoted:
		problem += "must be a whole number, and not too large"
	}
	return problem
}

func (e *usageError) Unwrap() error { return e.err }

// Hint returns what to do.
func (e *usageError) Hint() string {
	var h hinter
	switch {
	case errors.Is(e.err, pflag.ErrHelp):
		return ""
	case errors.As(e.err, &h):
		return h.Hint()
	}
	return e.closest + "see `blackbirdctl --help`, and --help after any command"
}
