package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/blackbird/sqlite"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/pgconnect"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

const storeCopyHelp = `Copy all rows of a store into another database: from an embedded store to PostgreSQL, back, or
between two of a kind. A database is postgres://… or sqlite:PATH: a state folder, or the blackbird.db in it.

The other store must be empty. A copy that was cut off is resumed by the same command; if passes have written the
store since, it begins anew. No pass can write either store meanwhile. In the end both stores are read and compared:
it prints the rows of each table and a digest of their values, and ends with 65 if a table differs.

Points, adjustments and the terms of each order are copied as they are. So is the activity log: passes go on from
their watermarks as soon as BLACKBIRD_URL or --state-dir names the new store. The old store stays as it is.`

const storeCopyExample = `  # from the state folder's own store to PostgreSQL; then set BLACKBIRD_URL
  blackbirdctl store copy --from sqlite:/var/lib/blackbirdctl --to postgres://blackbird@db/blackbird

  # under another id
  blackbirdctl store copy --from postgres://old/bb --to postgres://new/bb --store default --as downtown`

func (a *app) store() *cobra.Command {
	return group("store", "Copy a store into another database", a.storeCopy())
}

// storeCopyOptions are the options of one copy.
type storeCopyOptions struct{ from, to, as string }

func (a *app) storeCopy() *cobra.Command {
	var opts storeCopyOptions
	c := command("copy --from URL --to URL", "Copy all rows of a store into another database, and compare both",
		storeCopyExample, cobra.NoArgs, func(ctx context.Context, _ []string) error {
			switch {
			case opts.from == "" || opts.to == "":
				return &usageError{err: errors.New("--from and --to are needed: postgres://… or sqlite:PATH")}
			case opts.as != "" && a.one != "":
				return &usageError{err: errors.New("--as names one store, and excludes --all-stores")}
			}
			opts.as = cmp.Or(opts.as, a.cfg.Store)
			return a.runStoreCopy(ctx, opts)
		})
	c.Long = storeCopyHelp
	c.Flags().StringVar(&opts.from, "from", "", "database of the store to copy: postgres://… or sqlite:PATH")
	c.Flags().StringVar(&opts.to, "to", "", "database to copy it to: postgres://… or sqlite:PATH")
	config.Flag(c.Flags(), &opts.as, "as", config.StoreNameKind, "",
		"name of the store in the other database, where it is to have another one")
	return c
}

// copyError is an error about the databases of a copy. Its hint names the option in place of the variable.
type copyError struct {
	err    error
	option string
}

// copyProblem returns the error about the database that an option names.
func copyProblem(option string, err error) error {
	if e, ok := errors.AsType[*pgconnect.URLError](err); ok {
		return &sync.SetupError{
			Problem: option + " " + e.Problem, HintText: e.Hint() + "; an embedded store is sqlite:PATH",
		}
	}
	if is[*sync.SetupError](err) {
		return err
	}
	return &copyError{err, option}
}

func (e *copyError) Error() string { return e.option + ": " + e.err.Error() }

func (e *copyError) Unwrap() error { return e.err }

// Hint returns what to do.
func (e *copyError) Hint() string {
	var h hinter
	switch {
	case errors.As(e.err, &h):
		return h.Hint()
	case errors.Is(e.err, blackbird.ErrOlderSchema):
		return "run `blackbirdctl migrate` for that store; a dry run changes no tables"
	case errors.Is(e.err, blackbird.ErrNothingToCopy):
		return "check --from and --store"
	case errors.Is(e.err, blackbird.ErrOccupied):
		return "name an empty database with --to, or a new store in it with --as"
	case errors.Is(e.err, blackbird.ErrColumns):
		return "remove the columns that were added by hand, or add them to the other store too"
	case errors.Is(e.err, context.Canceled):
		return "run the same again: it goes on where it stopped"
	case blackbird.IsUnavailable(e.err):
		return "check that both databases are up and reachable, then run the same again: it goes on where it stopped"
	}
	return strings.ReplaceAll(hintFor(e.err, exitConfig), "BLACKBIRD_URL", e.option)
}

func (a *app) runStoreCopy(ctx context.Context, opts storeCopyOptions) error {
	from, done, err := a.openCopySide(ctx, opts.from, a.cfg.Store, true)
	if err != nil {
		return copyProblem("--from", err)
	}
	defer done()
	if err := from.Store.CheckSchema(ctx); err != nil {
		return copyProblem("--from", err)
	}
	to, done, err := a.openCopySide(ctx, opts.to, opts.as, false)
	if err != nil {
		return copyProblem("--to", err)
	}
	defer done()
	if err = to.Store.CheckSchema(ctx); errors.Is(err, blackbird.ErrOlderSchema) && !a.dryRun {
		_, err = to.Store.Migrate(ctx)
	}
	if err != nil {
		return copyProblem("--to", err)
	}
	var progress sync.Progress
	if a.screen != nil {
		progress = a.screen
		defer a.screen.watch("store copy")()
	}
	copied, err := sync.CopyStore(ctx, from, to, progress, a.dryRun)
	if err != nil && !is[*blackbird.CopyDiffersError](err) {
		return copyProblem("store copy", err)
	}
	return errors.Join(err, a.print(copied, func(w io.Writer) { writeCopied(w, copied, opts.to, to.State.Path()) }))
}

// embeddedPrefix begins the address of an embedded store.
const embeddedPrefix = "sqlite:"

// openCopySide opens the store of an id in a database. An embedded store is made where there is none, unless it must
// exist.
func (a *app) openCopySide(
	ctx context.Context, database, id string, mustExist bool,
) (side sync.CopySide, done func(), err error) {
	at := storeAddress{database, a.cfg.StateDir, id}
	if path, embedded := strings.CutPrefix(database, embeddedPrefix); embedded {
		if filepath.Base(path) == sqlite.FileName {
			path = filepath.Dir(path)
		}
		at.url, at.folder = "", path
		if exists, err := sqlite.Exists(path); err != nil {
			return side, nil, err
		} else if mustExist && !exists {
			return side, nil, &sync.SetupError{Problem: "there is no " + sqlite.FileName + " in " + path,
				HintText: "name the state folder that the store is in"}
		}
	}
	if at.folder, err = filepath.Abs(at.folder); err != nil {
		return side, nil, err
	}
	if side.State, err = checkpoint.Open(at.folder, id); err == nil {
		side.Store, done, err = a.connectTo(ctx, at)
	}
	return side, done, err
}

// writeCopied writes what a copy did, and what to do now.
func writeCopied(w io.Writer, c sync.Copied, to, folder string) {
	var rows [][]string
	var total int64
	for _, t := range c.Tables {
		rows = append(rows, []string{c.From, t.Table, output.Int(t.Rows), t.Digest})
		total += t.Rows
	}
	output.Table(w, []string{"STORE", "TABLE", "ROWS", "DIGEST"}, rows)
	fmt.Fprintln(w)
	switch {
	case c.DryRun:
		fmt.Fprintf(w, "dry run: %d rows of store %s would be copied to store %s\n", total, c.From, c.To)
		return
	case !c.Equal:
		return
	}
	fmt.Fprintf(w, "copied %d rows of store %s to store %s; both are equal\n", total, c.From, c.To)
	if len(c.Watermarks) > 0 {
		fmt.Fprintf(w, "copied the watermarks of %s to %s\n", strings.Join(c.Watermarks, ", "), folder)
	}
	next := "set BLACKBIRD_URL, or blackbird_url in the config file, to the new database"
	if strings.HasPrefix(to, embeddedPrefix) {
		next = "remove BLACKBIRD_URL and blackbird_url from the environment and the config file, and set " +
			"BLACKBIRDCTL_STATE_DIR, or state_dir, to " + filepath.Dir(folder)
	}
	if c.From != c.To {
		next += ", and --store to " + c.To
	}
	fmt.Fprintf(w, "%s: passes go on from the watermarks in %s\n", next, folder)
}
