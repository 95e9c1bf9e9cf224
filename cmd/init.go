package cmd

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const initHelp = `Write a config file for one shop: look at its BioTrack server, ask for what it does not say, check
the answers, and write them to ~/.config/blackbirdctl/config.yaml, where every command finds them. A URL goes into a
file of its own beside it, readable by its owner alone.

On a terminal each setting that is not given as a flag or variable is asked for, with what the server has. Elsewhere
nothing is asked: --biotrack-url must be given, and --member-level if products are synced.`

const initExample = `  blackbirdctl init
  blackbirdctl init --member-level 0 --rooms 0 --time-zone America/Denver`

func (a *app) init() *cobra.Command {
	var file string
	var force bool
	var c *cobra.Command
	c = command("init", "Look at the BioTrack server, ask, and write a config file", initExample, cobra.NoArgs,
		func(ctx context.Context, _ []string) error {
			i := &initRun{app: a, flags: c.Flags()}
			if isTerminal(os.Stdin) {
				i.answers = bufio.NewReader(os.Stdin)
			}
			path, err := filepath.Abs(cmp.Or(file, config.OwnFile()))
			if err != nil {
				return err
			}
			return i.run(ctx, path, force)
		})
	c.Long = initHelp
	a.cfg.AddFlags(c.Flags(), append([]string{"title"}, config.MenuFlags...)...)
	c.Flags().StringVar(&file, "file", "", "config file to write (default ~/.config/blackbirdctl/config.yaml)")
	c.Flags().BoolVar(&force, "force", false, "write over a config file that is there")
	return c
}

// initRun is a set-up at work.
type initRun struct {
	app *app
	// flags are the command's: all settings that can be given here.
	flags *pflag.FlagSet
	// answers are a person's, nil where there is nobody to ask.
	answers *bufio.Reader
}

func (i *initRun) run(ctx context.Context, path string, force bool) error {
	a := i.app
	if _, err := os.Stat(path); err == nil && !force {
		return &sync.SetupError{Problem: path + " is there already",
			HintText: "`blackbirdctl config check` checks it; use --force to write over it, or --file for another"}
	}
	source, err := i.openSource(ctx)
	if err != nil {
		return err
	}
	defer source.Close()
	schema, err := inspect.Schema(ctx, source)
	if err == nil && !slices.ContainsFunc(sync.Streams(), func(s *sync.Stream) bool {
		return s.ReadsBioTrack && unreadable(schema, s.Name) == nil
	}) {
		err = unreadable(schema, sync.StreamNames()...) // no answer can help
	}
	if err != nil {
		return err
	}
	for _, q := range i.questions(ctx, source, schema) {
		switch {
		case slices.Contains(config.MenuFlags, q.flag) && !i.hasMenu():
		case i.answers != nil && !i.flags.Changed(q.flag):
			err = i.ask(ctx, q)
		default:
			err = q.check()
		}
		if err != nil {
			return err
		}
	}
	if err := i.takeTitle(ctx, source); err != nil {
		return err
	}
	if err := i.write(path); err != nil {
		return err
	}
	commands := []string{"blackbirdctl sync", "blackbirdctl verify"}
	if path != config.FindFile() {
		for n := range commands {
			commands[n] += " --config " + path
		}
	}
	return a.print(map[string]string{"config": path}, func(w io.Writer) {
		fmt.Fprintf(w, "wrote %s\nnext: %s\n", path, strings.Join(commands, "; "))
	})
}

// takeTitle takes the shop's name as the heading of the menu's page, where none is given.
func (i *initRun) takeTitle(ctx context.Context, source *biotrack.Source) error {
	if !i.hasMenu() || i.flags.Changed("title") {
		return nil
	}
	shop, err := inspect.Organisation(ctx, source)
	if err == nil && shop != "" {
		err = i.flags.Set("title", shop)
	}
	return err
}

// configTemplate is a config file of one shop. Its data is an initRun's values.
var configTemplate = template.Must(template.New("config").Parse(configText))

//go:embed config.yaml.tmpl
var configText string

// write writes the files, the URLs first: a config file that is there is whole.
func (i *initRun) write(path string) error {
	a, folder := i.app, filepath.Dir(path)
	values := map[string]any{
		"Menu":  i.hasMenu(),
		"Level": a.cfg.MemberLevel, "Rooms": config.FormatList(a.cfg.Rooms, ""), "Zone": a.cfg.TimeZone.String(),
		"Locations": config.FormatList(a.cfg.Locations, ""), "Reserve": a.cfg.Reserve.String(),
		"Streams": strings.Join(a.cfg.Streams, ", "), "More": i.more(),
	}
	err := os.MkdirAll(folder, 0o700)
	for name, url := range map[string]string{"BioTrack": a.cfg.BiotrackURL, "Blackbird": a.cfg.BlackbirdURL} {
		if url != "" && err == nil {
			file := filepath.Join(folder, strings.ToLower(name)+"_url")
			values[name], err = file, writePrivate(file, []byte(url+"\n"))
		}
	}
	var text bytes.Buffer
	if err == nil {
		err = configTemplate.Execute(&text, values)
	}
	if err == nil {
		err = writePrivate(path, text.Bytes())
	}
	if file, ok := errors.AsType[*fs.PathError](err); ok {
		return &commandError{exitState, "write config: " + file.Error(),
			"make the folder writable, or name another file with --file"}
	}
	return err
}

// asked are the settings that the config file has lines of its own for, or that are not of a file.
var asked = []string{
	config.FlagConfig, config.FlagAllStores, "parallel", config.FlagBiotrackURL, config.FlagBlackbirdURL, "output",
	"locations", "member-level", "rooms", "reserve", "time-zone", "streams",
}

// more returns the other settings that have been given, by flag or variable: a pass from the file must not go without.
func (i *initRun) more() (lines []string) {
	i.flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed && !config.IsRunOnly(f) && !slices.Contains(asked, f.Name) {
			lines = append(lines, fmt.Sprintf("%s: %q", strings.ReplaceAll(f.Name, "-", "_"), f.Value.String()))
		}
	})
	return lines
}

// writePrivate writes a file that its owner alone can read, whatever the rights of one that is there.
func writePrivate(path string, text []byte) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}
