package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/pgconnect"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) config() *cobra.Command {
	return group("config", "Check a config file, or print an example or the schema of one",
		command("check", "Check the config file, store by store, and the environment with it",
			"  blackbirdctl config check --config /etc/blackbirdctl.yaml", cobra.NoArgs, a.checkConfig),
		a.configExample(),
		command("schema", "Print the JSON schema of the config file, for editors",
			"  blackbirdctl config schema > blackbirdctl.schema.json", cobra.NoArgs,
			func(context.Context, []string) error {
				encoder := json.NewEncoder(a.out)
				encoder.SetIndent("", "  ")
				return encoder.Encode(config.Schema())
			}))
}

func (a *app) configExample() *cobra.Command {
	var oneShop, chain bool
	c := command("example", "Print a config file with comments, of one shop or of a chain, to begin with",
		"  blackbirdctl config example --chain > blackbirdctl.yaml", cobra.NoArgs,
		func(context.Context, []string) error {
			if oneShop && chain {
				return &usageError{err: errors.New("--one-shop and --chain exclude each other")}
			}
			_, err := io.WriteString(a.out, config.Example(chain))
			return err
		})
	c.Flags().BoolVar(&oneShop, "one-shop", false, "of one shop, which is what is printed without a flag, too")
	c.Flags().BoolVar(&chain, "chain", false, "of a chain of shops")
	return c
}

// checkedStore is what the options of one store come to.
type checkedStore struct {
	Store string `json:"store"`
	// BioTrack and Blackbird name the databases, without credentials.
	BioTrack  string   `json:"biotrack"`
	Blackbird string   `json:"blackbird"`
	Streams   []string `json:"streams"`
	// Warning says what could not be checked, and where the store's name is of no use; empty for nothing.
	Warning string `json:"warning,omitempty"`
}

// checkConfig reads the file as every command would for every store, and prints the result. The error names the first
// problem of each store.
func (a *app) checkConfig(ctx context.Context, _ []string) error {
	file, err := a.readConfig(a.cfg.File)
	if err != nil {
		return err
	}
	if a.cfg.File == "" {
		return &sync.SetupError{
			Problem: "no config file is named", HintText: "name one with --config, or BLACKBIRDCTL_CONFIG",
		}
	}
	names := file.Written()
	if len(names) == 0 {
		names = []string{""}
	}
	var stores []checkedStore
	var rows [][]string
	var found *sync.SetupError
	for _, name := range names {
		s, err := a.checkStore(ctx, file, name)
		setup, ok := errors.AsType[*sync.SetupError](err)
		switch {
		case !ok && err != nil:
			return err
		case ok && found == nil:
			found = &sync.SetupError{Problem: setup.Problem, HintText: setup.HintText}
		case ok && !strings.Contains(found.Problem, setup.Problem):
			found.Problem += "; " + setup.Problem
		}
		stores = append(stores, s)
		rows = append(rows, []string{s.Store, s.BioTrack, s.Blackbird, strings.Join(s.Streams, ",")})
	}
	if found != nil {
		return found
	}
	return a.print(stores, func(w io.Writer) {
		output.Table(w, []string{"STORE", "BIOTRACK", "BLACKBIRD", "STREAMS"}, rows)
		fmt.Fprintf(w, "checked %s\n", a.cfg.File)
		for _, s := range stores {
			if s.Warning != "" {
				fmt.Fprintf(w, "store %s: %s\n", s.Store, s.Warning)
			}
		}
	})
}

// checkStore reads all settings of one store; the name is empty where the file has no stores.
func (a *app) checkStore(ctx context.Context, file *config.File, name string) (checked checkedStore, err error) {
	cfg, err := file.Settings(name)
	if err != nil {
		return checked, err
	}
	checked = checkedStore{Store: cfg.Store, Streams: cfg.Streams, Blackbird: "embedded, in " + cfg.StateDir}
	if cfg.BiotrackURL == "" {
		return checked, &sync.SetupError{Problem: "store " + cfg.Store + ": no BioTrack database is configured",
			HintText: "give the store a biotrack_url, a biotrack_url_file or a biotrack_url_env"}
	}
	checked.BioTrack, err = place(cfg.Store, config.FlagBiotrackURL, cfg.BiotrackURL)
	if err == nil && cfg.BlackbirdURL != "" {
		checked.Blackbird, err = place(cfg.Store, config.FlagBlackbirdURL, cfg.BlackbirdURL)
	}
	if err == nil && len(cfg.Locations) > 0 {
		checked.Warning, err = a.checkLocations(ctx, cfg)
	}
	if !kubernetesName.MatchString(cfg.Store) {
		checked.Warning = strings.TrimPrefix(checked.Warning+"; "+kubernetesProblem, "; ")
	}
	return checked, err
}

// kubernetesName is a store whose objects can have names in Kubernetes: a CronJob's has up to 52 lower-case letters,
// digits and dashes, and 23 of them are blackbirdctl-customers-.
var kubernetesName = regexp.MustCompile("^[a-z0-9]([a-z0-9-]{0,27}[a-z0-9])?$")

const kubernetesProblem = "cannot have this name in Kubernetes: up to 29 lower-case letters, digits and dashes"

// checkLocationsTimeout bounds how long a check of a file waits for a server, which need not be reachable from here.
const checkLocationsTimeout = 10 * time.Second

// checkLocations checks the locations of a store if its BioTrack server can be read from here. The warning says why
// they could not be checked.
func (a *app) checkLocations(ctx context.Context, cfg *config.Config) (warning string, err error) {
	ctx, cancel := context.WithTimeout(ctx, checkLocationsTimeout)
	defer cancel()
	one := *a
	one.cfg = cfg
	source, err := one.openSource(ctx)
	if err == nil {
		defer source.Close()
		warning, err = sync.CheckLocations(ctx, source, cfg.Locations)
	}
	if setup, ok := errors.AsType[*sync.SetupError](err); ok {
		return "", &sync.SetupError{Problem: fmt.Sprintf("store %s: %s", cfg.Store, setup.Problem),
			HintText: setup.HintText}
	}
	if err != nil {
		warning = "locations were not checked: " + err.Error()
	}
	return warning, nil
}

// placeholderURL is the URL of the examples and hints.
const placeholderURL = "postgres://user:password@host:5432/database"

// place names a store's database without its credentials.
func place(store, flag, text string) (string, error) {
	if err := urlProblem(config.Variable(flag), pgconnect.Check(text)); err != nil {
		if setup, ok := errors.AsType[*sync.SetupError](err); ok {
			setup.Problem = fmt.Sprintf("store %s: %s", store, setup.Problem)
		}
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	if text == placeholderURL {
		return "", &sync.SetupError{
			Problem:  fmt.Sprintf("store %s: %s is still the placeholder %s", store, config.Variable(flag), text),
			HintText: "replace it by the database's own URL",
		}
	}
	return cmp.Or(u.Host, "local") + u.Path, nil
}
