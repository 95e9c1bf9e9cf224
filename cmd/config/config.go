package config

import (
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/shopspring/decimal"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

// Names of options that other code refers to.
const (
	FlagConfig       = "config"
	FlagStore        = "store"
	FlagAllStores    = "all-stores"
	FlagBiotrackURL  = "biotrack-url"
	FlagBlackbirdURL = "blackbird-url"
	FlagStateDir     = "state-dir"
	FlagLogFormat    = "log-format"
	FlagMetricsFile  = "metrics-file"
	FlagPushgateway  = "pushgateway"
	FlagPingURL      = "ping-url"
	FlagPricePoints  = "price-points"
)

//go:embed example.yaml
var exampleText string

//go:embed example_shop.yaml
var exampleShop string

//go:embed example_chain.yaml
var exampleChain string

// Example returns a config file with comments: of one shop, or of a chain. Nothing in it fails a check but
// placeholders, which the check names.
func Example(chain bool) string {
	if chain {
		return exampleText + exampleChain
	}
	return exampleText + exampleShop
}

// DefaultStore is the store of an installation that has only one.
const DefaultStore = "default"

// Config is every setting of one store.
type Config struct {
	// General are the flags of every command.
	General *pflag.FlagSet
	// flags are those of all settings.
	flags *pflag.FlagSet

	// File is the config file, AllStores runs a command for each of its stores, Parallel of them at a time.
	File      string
	AllStores bool
	Parallel  int64

	Store       string
	BiotrackURL string
	// BlackbirdURL is empty for an embedded store in the state folder.
	BlackbirdURL string
	StateDir     string
	LogLevel     string
	LogFormat    string
	Output       string
	// Locations to sync, none for all.
	Locations []int64
	Region    string
	TimeZone  *time.Location
	// SourceSQL names the files of SELECTs by the table that each replaces.
	SourceSQL        map[string]string
	Streams          []string
	StatementTimeout time.Duration
	IfLocked         IfLocked
	// MetricsFile, Pushgateway and PingURL are empty where they are not wanted.
	MetricsFile, Pushgateway, PingURL string

	// BatchSize and MaxRate are 0, and MaxRejects is below 0, where no limit is set.
	BatchSize, MaxRejects, MaxRate int64
	// KeepPasses is in days.
	KeepPasses                   int64
	MaxRemovals, MaxPointsChange sync.Limit
	// PriceProof is in percent, 0 for none.
	PriceProof int64

	MemberLevel string
	Rooms       []int64
	Reserve     decimal.Decimal
	AllowFree   bool
	LowStock    int64
	Title       string
	PricePoints biotrack.PriceGrammar

	PointsPerDollar decimal.Decimal
	Basis           loyalty.Basis
	Starts          Date
	Program         loyalty.Program

	Cadences map[string]time.Duration
}

// Settings that commands share, by the names of their flags.
var (
	LimitFlags  = []string{"batch-size", "max-removals", "max-rejects", "max-rate", "if-locked", "keep-passes"}
	MenuFlags   = []string{"member-level", "rooms", "reserve", "allow-free", FlagPricePoints}
	PointsFlags = []string{"points-per-dollar", "basis", "loyalty", "starts", "max-points-change", "if-locked",
		"keep-passes"}
)

// New returns the default settings, bound to flags.
func New() *Config {
	c := &Config{General: pflag.NewFlagSet("", pflag.ContinueOnError),
		flags: pflag.NewFlagSet("", pflag.ContinueOnError)}
	c.declareGeneral(c.General)
	c.declare(c.flags)
	c.flags.AddFlagSet(c.General)
	return c
}

// AddFlags adds settings to a command's flags, each once.
func (c *Config) AddFlags(f *pflag.FlagSet, names ...string) {
	for _, name := range names {
		if f.Lookup(name) == nil {
			f.AddFlag(c.flags.Lookup(name))
		}
	}
}

func (c *Config) declareGeneral(f *pflag.FlagSet) {
	declare(f, &c.File, FlagConfig, text, "", "YAML file with options, keys in snake_case (default "+
		"~/.config/blackbirdctl/config.yaml, else /etc/blackbirdctl/config.yaml)", byVariable)
	setting(f, &c.Store, FlagStore, StoreNameKind, DefaultStore, "name of the store in the Blackbird database")
	f.Lookup(FlagStore).DefValue = "" // "default default" would puzzle readers of the help
	declare(f, &c.AllStores, FlagAllStores, boolean, false, "run the command for every store of the config file",
		byVariable)
	f.Lookup(FlagAllStores).NoOptDefVal = "true"
	declare(f, &c.Parallel, "parallel", AtLeast(1, ""), 4, "how many stores to run for at a time, with --all-stores",
		byVariable)
	secret(f, &c.BiotrackURL, FlagBiotrackURL,
		"BioTrack database, postgres://… (also BIOTRACK_URL, BIOTRACK_URL_FILE)")
	secret(f, &c.BlackbirdURL, FlagBlackbirdURL, "Blackbird database, postgres://… "+
		"(also BLACKBIRD_URL, BLACKBIRD_URL_FILE); unset: a SQLite file in the state folder")
	setting(f, &c.StateDir, FlagStateDir, text, defaultStateDir(), "folder of watermark and lock files")
	setting(f, &c.LogLevel, "log-level", logLevel, "info", "least severe log lines to write: debug|info|warn|error")
	setting(f, &c.LogFormat, FlagLogFormat, logFormat, "auto", "form of log lines on stderr: auto|console|json")
	setting(f, &c.Output, "output", outputFormat, "text",
		"form of results on stdout: text|json|csv; csv is the table alone, for commands whose result is one")
	setting(f, &c.Locations, "locations", locations, nil, "ids of the locations to sync")
	setting(f, &c.Region, "region", region, "US", "country of phone numbers without a country prefix, as in ISO 3166")
	setting(f, &c.TimeZone, "time-zone", timeZone, time.UTC, "time zone of the store, as in the IANA database")
	setting(f, &c.SourceSQL, "source-sql", fileTable, nil,
		"files of SELECTs that replace BioTrack's tables, for a server with another layout, such "+
			"as tickets=tickets.sql")
	setting(f, &c.Streams, "streams", streams, sync.StreamNames(),
		"streams that are on; a pass over another one does nothing, and says so")
	setting(f, &c.StatementTimeout, "statement-timeout", timeout, biotrack.DefaultTimeouts().Statement,
		"how long one statement may take in BioTrack before the server cancels it")
	setting(f, &c.MetricsFile, FlagMetricsFile, text, "",
		"file for Prometheus' textfile collector, or a folder of such; {store} and {stream} stand for their names")
	secret(f, &c.Pushgateway, FlagPushgateway, "URL of a Prometheus Pushgateway to send metrics to")
	secret(f, &c.PingURL, FlagPingURL, "URL to call when a pass succeeds, with /start added when it begins and /fail "+
		"when it fails; {store} and {stream} stand for their names")
}

func (c *Config) declare(f *pflag.FlagSet) {
	setting(f, &c.KeepPasses, "keep-passes", DaysKind, int64(sync.DefaultKeepPasses/(24*time.Hour)),
		"how long the log of passes keeps those that no row refers to")
	setting(f, &c.BatchSize, "batch-size", AtLeast(1, ""), 0,
		"rows per page and merge (default 20000, or 10000 into an embedded store)")
	setting(f, &c.MaxRemovals, "max-removals", limit, sync.DefaultMaxRemovals(),
		"refuse to remove more at once: a number, or a percentage of the live rows; up to 20 are "+
			"always allowed by default")
	setting(f, &c.PriceProof, "price-proof", percentage, sync.DefaultPriceProof,
		"stop the first pass over products if fewer of them were sold lately at the price that the menu would show; 0 "+
			"for none")
	setting(f, &c.MaxRejects, "max-rejects", AtLeast(0, "no limit"), -1, "stop when more rows than this are rejected")
	setting(f, &c.MaxRate, "max-rate", AtLeast(1, "no limit"), 0,
		"read at most this many rows a second from BioTrack, for example for a backfill during opening hours")
	setting(f, &c.IfLocked, "if-locked", ifLocked, IfLocked{},
		"what to do while another pass of the stream is at work: fail with 75, skip with 0, or wait=DURATION, then "+
			"fail")
	setting(f, &c.MemberLevel, "member-level", text, "", "member level whose prices the menu shows, by id or name")
	setting(f, &c.Rooms, "rooms", rooms, []int64{0}, "ids of the rooms whose stock is for sale; 0 is the bulk room")
	setting(f, &c.Reserve, "reserve", amount, decimal.Zero,
		"how much of each product to keep back: it leaves the menu when less than one unit is left above this")
	setting(f, &c.AllowFree, "allow-free", boolean, false,
		"show products whose price is 0.00: otherwise they have no price")
	f.Lookup("allow-free").NoOptDefVal = "true"
	setting(f, &c.PricePoints, FlagPricePoints, priceGrammar, biotrack.PriceGrammar{},
		"how price points are written, where BioTrack has another form, as JSON; in the config file, as keys of their "+
			"own: format, between_prices, between_fields, fields, names, after_name, ignore, unit, default_level")
	setting(f, &c.Title, "title", text, "", "heading of the menu's page, such as the shop's name (default Menu)")
	setting(f, &c.LowStock, "low-stock", AtLeast(0, ""), 5, "show the number of units left at or below this")
	setting(f, &c.PointsPerDollar, "points-per-dollar", amount, decimal.NewFromInt(1),
		"points for each dollar, up to four decimals")
	setting(f, &c.Basis, "basis", basis, loyalty.BasisTotal, "amount that earns: the order's total, or its subtotal")
	setting(f, &c.Program, "loyalty", program, loyalty.Program{},
		"the rest of the rules, as JSON; in the config file, "+
			"as keys of their own: multipliers, tiers, enrollment, expiry, exclusions, caps")
	setting(f, &c.Starts, "starts", DateKind, "",
		"orders before this date, in the store's time zone, earn nothing (default all earn)")
	setting(f, &c.MaxPointsChange, "max-points-change", limit, sync.DefaultMaxPointsChange(),
		"refuse to give and take more points at once other than by new awards: a number, or a percentage of all "+
			"points; up to 10,000 are always allowed by default")
	setting(f, &c.Cadences, "cadences", cadences, UsualCadences(), "how often passes of each stream are due")
}

// Menu returns the settings that the menu depends on.
func (c *Config) Menu() menu.Settings {
	return menu.Settings{Level: c.MemberLevel, Rooms: c.Rooms, Reserve: c.Reserve, AllowFree: c.AllowFree,
		Grammar: c.PricePoints}
}

// Rules returns the loyalty rules, or a SetupError if they contradict each other.
func (c *Config) Rules() (loyalty.Rules, error) {
	starts, _ := c.Starts.In(c.TimeZone)
	rules := loyalty.Rules{
		PointsPerDollar: c.PointsPerDollar, Basis: c.Basis, Starts: starts, Zone: c.TimeZone, Program: c.Program,
	}
	if err := rules.Validate(); err != nil {
		return rules, &sync.SetupError{Problem: fmt.Sprintf("loyalty rules: %v", err),
			HintText: "correct --points-per-dollar, --basis and --loyalty"}
	}
	return rules, nil
}

// FindFile returns the config file that is used where none is named: the user's own, or else the machine's; empty where
// there is neither.
func FindFile() string {
	for _, path := range []string{OwnFile(), filepath.Join("/etc", "blackbirdctl", "config.yaml")} {
		// One that is there and cannot be read is an error when it is read: its settings must not be left out.
		if _, err := os.Stat(path); path != "" && !errors.Is(err, fs.ErrNotExist) {
			return path
		}
	}
	return ""
}

// OwnFile returns where the user's own config file is, or would be; empty where there is no home folder.
func OwnFile() string {
	if folder := ownFolder("XDG_CONFIG_HOME", "APPDATA", ".config"); folder != "" {
		return filepath.Join(folder, "config.yaml")
	}
	return ""
}

// defaultStateDir is where a user's state is; empty where there is no home folder.
func defaultStateDir() string {
	return ownFolder("XDG_STATE_HOME", "LOCALAPPDATA", filepath.Join(".local", "state"))
}

// ownFolder returns the program's folder among those of one kind that a user has: by the XDG base directory
// specification, in the folder that a variable of Windows names, or in the home folder.
func ownFolder(xdg, windows, home string) string {
	for _, variable := range []string{xdg, windows} {
		if folder := os.Getenv(variable); filepath.IsAbs(folder) && (variable == xdg || runtime.GOOS == "windows") {
			return filepath.Join(folder, "blackbirdctl")
		}
	}
	if folder, err := os.UserHomeDir(); err == nil {
		return filepath.Join(folder, home, "blackbirdctl")
	}
	return ""
}
