package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const doctorHelp = `Check all that passes need: the config file, the state folder and its disk, BioTrack and our role
there, both clocks, the settings, the store, and the last runs of each stream. Each check is a line; what is not in
order has its hint.

Nothing is written, and no pass is disturbed. It ends with 65 when something is not in order.`

func (a *app) doctor() *cobra.Command {
	c := command("doctor", "Check all that passes need, and say what is not in order", "  blackbirdctl doctor",
		cobra.NoArgs, a.runDoctor)
	c.Long = doctorHelp
	a.cfg.AddFlags(c.Flags(), "cadences")
	a.cfg.AddFlags(c.Flags(), config.MenuFlags...)
	return c
}

// doctorReport is what doctor prints.
type doctorReport struct {
	Store  string  `json:"store"`
	Checks []check `json:"checks"`
}

// check is one thing that passes need.
type check struct {
	Name string `json:"check"`
	OK   bool   `json:"ok"`
	// Detail says what was found, or what is not in order.
	Detail string `json:"detail"`
	Hint   string `json:"hint,omitempty"`
}

// add adds a check: what was found, or an error.
func (r *doctorReport) add(ctx context.Context, name, found string, err error) {
	c := check{Name: name, OK: err == nil, Detail: found}
	if err != nil {
		code := exitCode(ctx, err)
		c.Detail, c.Hint = describe(ctx, err, code), hintFor(err, code)
	}
	r.Checks = append(r.Checks, c)
}

func (a *app) runDoctor(ctx context.Context, _ []string) error {
	r := &doctorReport{Store: a.cfg.Store}
	r.add(ctx, "config file", cmp.Or(a.cfg.File, "none: all settings are flags and variables"), nil)
	a.checkFolder(ctx, r)
	a.checkBioTrack(ctx, r)
	a.checkStreams(ctx, r)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := a.print(r, r.write); err != nil {
		return err
	}
	failed := slices.DeleteFunc(slices.Clone(r.Checks), func(c check) bool { return c.OK })
	switch len(failed) {
	case 0:
		return nil
	case 1:
		return finding(failed[0].Name+": "+failed[0].Detail, failed[0].Hint)
	}
	return finding(fmt.Sprintf("%d of %d checks found something", len(failed), len(r.Checks)),
		"each line that is not ok has its hint")
}

func (r *doctorReport) write(w io.Writer) {
	var notes strings.Builder
	var rows [][]string
	for _, c := range r.Checks {
		state := "ok"
		if !c.OK {
			state = "FAIL"
		}
		rows = append(rows, []string{r.Store, state, c.Name, c.Detail})
		if c.Hint != "" {
			fmt.Fprintf(&notes, "%s: hint: %s\n", c.Name, output.PlainText(c.Hint))
		}
	}
	output.Table(w, []string{"STORE", "STATE", "CHECK", "FOUND"}, rows)
	if notes.Len() > 0 {
		fmt.Fprintf(w, "\n%s", notes.String())
	}
}

// leastFree is how many bytes a disk should have free: the log of an embedded store may grow by as much in one pass.
const leastFree = 64 << 20

// checkFolder checks that a pass could make the state folder, and write there. It writes nothing itself.
func (a *app) checkFolder(ctx context.Context, r *doctorReport) {
	state, err := a.lookIntoState()
	if err != nil {
		r.add(ctx, "state folder", "", err)
		return
	}
	found, there := a.cfg.StateDir, state.Path()
	for {
		var info fs.FileInfo
		if info, err = os.Stat(there); err == nil && !info.IsDir() {
			err = &fs.PathError{Op: "open", Path: there, Err: syscall.ENOTDIR}
		}
		if !errors.Is(err, fs.ErrNotExist) || there == filepath.Dir(there) {
			break
		}
		there = filepath.Dir(there)
	}
	if err == nil {
		err = canWrite(there)
	}
	if free, known := freeBytes(there); known && err == nil {
		found += fmt.Sprintf(", %d MiB free", free>>20)
		if free < leastFree {
			err = &sync.SetupError{Problem: found, HintText: "free space on the disk: a pass that cannot keep its " +
				"state does not begin"}
		}
	}
	r.add(ctx, "state folder", found, err)
}

// checkBioTrack checks the till's database, what our role may do there, the clocks and what the settings name.
func (a *app) checkBioTrack(ctx context.Context, r *doctorReport) {
	source, err := a.openSource(ctx)
	if err != nil {
		r.add(ctx, "BioTrack", "", err)
		return
	}
	defer source.Close()
	schema, err := inspect.Schema(ctx, source)
	if err != nil {
		r.add(ctx, "BioTrack", "", err)
		return
	}
	r.add(ctx, "BioTrack", fmt.Sprintf("PostgreSQL %s, database %s", schema.ServerVersion, schema.Database), nil)
	err = unreadable(schema, a.cfg.Streams...)
	role := "role " + schema.Role.Name + " can read what passes read"
	if len(schema.Role.Excess) > 0 {
		role += ", and has more rights than a reader needs: see `blackbirdctl inspect schema`"
	}
	r.add(ctx, "role", role, err)
	if err != nil {
		return
	}
	r.addClocks(ctx, source)
	warning, err := sync.CheckLocations(ctx, source, a.cfg.Locations)
	r.add(ctx, "locations", cmp.Or(warning, "as BioTrack has them"), err)
	if slices.Contains(a.cfg.Streams, sync.Products.Name) {
		level, err := sync.CheckMenu(ctx, source, a.cfg.Locations, a.cfg.Menu())
		r.add(ctx, "menu", "member level "+level+", rooms "+config.FormatList(a.cfg.Rooms, ""), err)
	}
}

// addClocks compares the till's clock with this host's.
func (r *doctorReport) addClocks(ctx context.Context, source *biotrack.Source) {
	now, err := source.State(ctx, biotrack.Former{})
	ahead := time.Until(now.Positions.Clock)
	found := fmt.Sprintf("BioTrack's server and this host are %s apart", output.Duration(ahead.Abs()))
	if err == nil && ahead.Abs() > time.Minute {
		err = &sync.SetupError{Problem: found,
			HintText: "set the clock that is wrong: points expire by BioTrack's clock, and tickets are dated by it"}
	}
	r.add(ctx, "clocks", found, err)
}

// checkStreams checks the store and each stream's last runs.
func (a *app) checkStreams(ctx context.Context, r *doctorReport) {
	state, err := a.lookIntoState()
	if err != nil {
		return // the state folder has been reported
	}
	seen, absent, err := a.collect(ctx, state)
	if err == nil && absent != nil {
		err = absent
	}
	where := "embedded, in " + a.cfg.StateDir
	if err == nil && a.cfg.BlackbirdURL != "" {
		where, err = place(a.cfg.Store, config.FlagBlackbirdURL, a.cfg.BlackbirdURL)
	}
	r.add(ctx, "store", where, err)
	if err != nil {
		return
	}
	now := time.Now()
	for _, s := range seen {
		s.evaluate(now, a.cfg.Cadences[s.Stream], slices.Contains(a.cfg.Streams, s.Stream))
		c := check{Name: s.Stream, OK: s.State.complaint() == "", Detail: string(s.State)}
		if s.AgeSeconds != nil {
			c.Detail += ", data of " + output.Duration(s.age) + " ago"
		}
		if len(s.Problems) > 0 {
			c.Detail, c.Hint = strings.TrimPrefix(s.Problems[0].Problem, s.Stream+": "), s.Problems[0].Hint
		}
		r.Checks = append(r.Checks, c)
	}
}
