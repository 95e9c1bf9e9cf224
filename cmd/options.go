package cmd

import (
	"cmp"
	"errors"
	"io"
	"os"
	"strings"
	stdsync "sync"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

const environmentHelp = `Every setting has an environment variable, BLACKBIRDCTL_ and its name in upper snake case
(BLACKBIRDCTL_STATE_DIR), and a key of its name in snake case in the YAML file that --config names, or else in
~/.config/blackbirdctl/config.yaml, or else in /etc/blackbirdctl/config.yaml. The URLs are
BIOTRACK_URL and BLACKBIRD_URL, or BIOTRACK_URL_FILE and BLACKBIRD_URL_FILE naming a file that holds one; so may
BLACKBIRDCTL_PING_URL_FILE and BLACKBIRDCTL_PUSHGATEWAY_FILE. Flags beat the environment, the environment beats the
file. What is meant for one run, such as --full, --dry-run and --repair, can only be given as a flag.`

// loadConfig sets the options that no flag gave from the environment and the config file.
func (a *app) loadConfig(c *cobra.Command) error {
	var oneRun error
	if a.one != "" {
		store := c.Flags().Set(config.FlagStore, a.one)
		if err := errors.Join(store, c.Flags().Set(config.FlagAllStores, "false")); err != nil {
			return err
		}
	} else {
		oneRun = config.CheckEnvironment(a.runOnly)
	}
	open := a.readConfig
	if once(c) {
		open = nil
	}
	loaded := config.Load(c.Flags(), open)
	return cmp.Or(oneRun, loaded)
}

// readConfig reads the config file that is named, or else found; it is empty where there is none. It is read once for
// all stores: to read it again for each would take the square of their number.
func (a *app) readConfig(path string) (file *config.File, err error) {
	if a.file == nil {
		if a.cfg.File = cmp.Or(path, config.FindFile()); a.cfg.File == "" {
			return &config.File{}, nil
		}
		a.file, err = config.ReadFile(a.cfg.File, a.runOnly)
	}
	return a.file, err
}

// runOnly returns the options of all our commands that are meant for one run.
func runOnly(c *cobra.Command) (names []string) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if config.IsRunOnly(f) {
			names = append(names, f.Name)
		}
	})
	for _, sub := range c.Commands() {
		names = append(names, runOnly(sub)...)
	}
	return names
}

// openState opens the store's part of the state folder, made if need be.
func (a *app) openState() (*checkpoint.Folder, error) {
	if err := a.checkStateDir(); err != nil {
		return nil, err
	}
	return checkpoint.Open(a.cfg.StateDir, a.cfg.Store)
}

// lookIntoState returns the store's part of the state folder for a command that only reads it: nothing is made.
func (a *app) lookIntoState() (*checkpoint.Folder, error) {
	if err := a.checkStateDir(); err != nil {
		return nil, err
	}
	return checkpoint.OpenReadOnly(a.cfg.StateDir, a.cfg.Store), nil
}

func (a *app) checkStateDir() error {
	if strings.TrimSpace(a.cfg.StateDir) == "" {
		return &sync.SetupError{Problem: "no state folder is configured, and there is no home folder to put one in",
			HintText: "set --state-dir or BLACKBIRDCTL_STATE_DIR to a folder that lasts"}
	}
	return nil
}

// startLog sets the log up: for people on a terminal, else a JSON object a line.
func (a *app) startLog(w io.Writer) error {
	level, err := zerolog.ParseLevel(a.cfg.LogLevel)
	if err != nil {
		return err
	}
	a.terminal = a.terminal || isTerminal(w)
	a.json = a.cfg.LogFormat == "json" || a.cfg.LogFormat == "auto" && !a.terminal
	a.oneForm = a.json && (a.oneForm || !isTerminal(w) && sameFile(a.out, w))
	if !a.json {
		// Nothing can be cleared on a dumb terminal.
		if file, isFile := w.(*os.File); a.terminal && isFile && os.Getenv("TERM") != "dumb" {
			a.screen = &screen{file: file}
			w = a.screen
		}
		console := zerolog.ConsoleWriter{
			Out: w, TimeFormat: "15:04:05", NoColor: !a.terminal || os.Getenv("NO_COLOR") != "",
		}
		if a.plain = a.terminal && !a.cfg.General.Changed("log-level"); a.plain {
			level = zerolog.WarnLevel
			console.PartsOrder = []string{zerolog.LevelFieldName, zerolog.MessageFieldName}
			console.FieldsExclude = []string{keyStore, keyStream}
			console.FormatLevel = func(any) string { return "warning:" }
		}
		w = console
	}
	a.anyStore = zerolog.New(w).Level(level).With().Timestamp().Logger()
	if a.plain {
		a.anyStore = a.anyStore.Hook(&onceHook{})
	}
	a.log = a.anyStore.With().Str(keyStore, a.cfg.Store).Logger()
	return nil
}

// onceHook leaves out a line that a person has read: passes over several streams warn of the same.
type onceHook struct{ said stdsync.Map }

// Run implements zerolog.Hook.
func (h *onceHook) Run(e *zerolog.Event, _ zerolog.Level, message string) {
	if _, before := h.said.LoadOrStore(message, true); before {
		e.Discard()
	}
}
