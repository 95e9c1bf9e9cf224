package cmd

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/rs/zerolog"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// globalOptions are those of every command.
type globalOptions struct {
	config       string
	allStores    bool
	parallel     atLeast
	store        storeName
	biotrackURL  string
	blackbirdURL string
	stateDir     string
	logLevel     choice
	logFormat    choice
	dryRun       bool
	output       choice
	locations    idList
	region       region
	timeZone     timeZone
	streams      streamList
	sourceSQL    fileList
	// statementTimeout bounds each statement at BioTrack.
	statementTimeout timeout
	// metricsFile, pushgateway and pingURL are whom to tell of passes, empty for nobody.
	metricsFile, pushgateway, pingURL string

	// log names the store in each line; anyStore does not.
	log, anyStore zerolog.Logger
	// screen is the terminal that progress is shown on, nil where there is none.
	screen *screen
}

func (o *globalOptions) addFlags(f *pflag.FlagSet) {
	o.store = "default"
	o.parallel = atLeast{value: 4, least: 1}
	o.logLevel = choice{value: "info", of: []string{"debug", "info", "warn", "error"}}
	o.logFormat = choice{value: "auto", of: []string{"auto", "console", "json"}}
	o.output = choice{value: "text", of: []string{"text", "json"}}
	o.locations = idList{none: "all"}
	o.region = "US"
	o.timeZone = utc()
	o.streams = sync.StreamNames()
	o.statementTimeout = timeout{biotrack.DefaultTimeouts().Statement}
	f.StringVar(&o.config, flagConfig, "", "YAML file with options, keys in snake_case")
	f.Var(&o.store, flagStore, "name of the store in the Blackbird database")
	f.BoolVar(&o.allStores, flagAllStores, false, "run the command for every store of the config file")
	f.Var(&o.parallel, flagParallel, "how many stores to run for at a time, with --all-stores")
	f.StringVar(&o.biotrackURL, flagBiotrackURL, "", "BioTrack database, postgres://… (also BIOTRACK_URL, BIOTRACK_URL_FILE)")
	f.StringVar(&o.blackbirdURL, flagBlackbirdURL, "",
		"Blackbird database, postgres://… (also BLACKBIRD_URL, BLACKBIRD_URL_FILE); unset: a SQLite file in the state folder")
	f.StringVar(&o.stateDir, flagStateDir, defaultStateDir(), "folder of watermark and lock files")
	f.Var(&o.logLevel, "log-level", "least severe log lines to write: "+o.logLevel.list())
	f.Var(&o.logFormat, "log-format", "form of log lines on stderr: "+o.logFormat.list())
	f.BoolVar(&o.dryRun, "dry-run", false, "do all the work, but write neither the store nor the watermark")
	f.Var(&o.output, "output", "form of results on stdout: "+o.output.list())
	f.Var(&o.locations, "locations", "ids of the locations to sync")
	f.Var(&o.region, "region", "country of phone numbers without a country's prefix, as in ISO 3166")
	f.Var(&o.timeZone, "time-zone", "time zone of the store, as in the IANA database")
	f.Var(&o.sourceSQL, "source-sql", "files of SELECTs that stand in for BioTrack's tables, for a server whose layout differs, as tickets=tickets.sql")
	f.Var(&o.streams, "streams", "streams that are on; a pass over another one does nothing, and says so")
	f.Var(&o.statementTimeout, "statement-timeout", "how long one statement may take in BioTrack before the server cancels it")
	f.StringVar(&o.metricsFile, flagMetricsFile, "",
		"file for Prometheus' textfile collector, or a folder of such; {store} and {stream} stand for their names")
	f.StringVar(&o.pushgateway, flagPushgateway, "", "URL of a Prometheus Pushgateway to send metrics to")
	f.StringVar(&o.pingURL, flagPingURL, "",
		"URL to call when a pass succeeds, with /start added when it begins and /fail when it fails; {store} and {stream} stand for their names")
}

// defaultStateDir is where the XDG base directory specification puts a user's state; empty where there is no home folder.
func defaultStateDir() string {
	if dir := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "blackbirdctl")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	return filepath.Join(home, ".local", "state", "blackbirdctl")
}

// openState opens the store's part of the state folder, made if need be.
func (o *globalOptions) openState() (*checkpoint.Folder, error) {
	if err := o.checkStateDir(); err != nil {
		return nil, err
	}
	return checkpoint.Open(o.stateDir, string(o.store))
}

// lookIntoState returns the store's part of the state folder for a command that only reads it: nothing is made.
func (o *globalOptions) lookIntoState() (*checkpoint.Folder, error) {
	if err := o.checkStateDir(); err != nil {
		return nil, err
	}
	return checkpoint.OpenReadOnly(o.stateDir, string(o.store)), nil
}

func (o *globalOptions) checkStateDir() error {
	if strings.TrimSpace(o.stateDir) == "" {
		return &sync.SetupError{
			Problem:  "no state folder is configured, and there is no home folder to put one in",
			HintText: "set --state-dir or BLACKBIRDCTL_STATE_DIR to a folder that lasts",
		}
	}
	return nil
}

// startLog sets the log up: for people on a terminal, else a JSON object a line.
func (o *globalOptions) startLog(w io.Writer) error {
	level, err := zerolog.ParseLevel(o.logLevel.value)
	if err != nil {
		return err
	}
	file, terminal := isTerminal(w)
	console := o.logFormat.value == "console" || o.logFormat.value == "auto" && (terminal || sharesTerminal(w))
	if console && terminal {
		if o.screen = newScreen(file); o.screen != nil {
			w = o.screen
		}
	}
	if console {
		w = zerolog.ConsoleWriter{Out: w, TimeFormat: "15:04:05", NoColor: os.Getenv("NO_COLOR") != ""}
	}
	o.anyStore = zerolog.New(w).Level(level).With().Timestamp().Logger()
	o.log = o.anyStore.With().Str(keyStore, string(o.store)).Logger()
	return nil
}
