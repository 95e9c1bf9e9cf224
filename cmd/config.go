package cmd

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/pgconnect"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

func (a *app) config() *cobra.Command {
	return group("config", "Check a config file, or print an example or the schema of one",
		command("check", "Check the config file that --config names, store by store, and the environment with it",
			"  blackbirdctl config check --config /etc/blackbirdctl.yaml", cobra.NoArgs, a.checkConfig),
		command("example", "Print a config file with comments, to begin with",
			"  blackbirdctl config example > blackbirdctl.yaml", cobra.NoArgs,
			func(context.Context, []string) error {
				_, err := io.WriteString(a.out, config.Example)
				return err
			}),
		command("schema", "Print the JSON schema of the config file, for editors",
			"  blackbirdctl config schema > blackbirdctl.schema.json", cobra.NoArgs,
			func(context.Context, []string) error {
				encoder := json.NewEncoder(a.out)
				encoder.SetIndent("", "  ")
				return encoder.Encode(config.Schema())
			}))
}

// checkedStore is what the options of one store come to.
type checkedStore struct {
	Store string `json:"store"`
	// BioTrack and Blackbird name the databases, without credentials.
	BioTrack  string   `json:"biotrack"`
	Blackbird string   `json:"blackbird"`
	Streams   []string `json:"streams"`
}

// checkConfig reads the file as every command would for every store, and prints the result.
func (a *app) checkConfig(context.Context, []string) error {
	if a.cfg.File == "" {
		return &sync.SetupError{
			Problem: "no config file is named", HintText: "name one with --config, or BLACKBIRDCTL_CONFIG",
		}
	}
	file, err := a.readConfig(a.cfg.File)
	if err != nil {
		return err
	}
	names := file.Stores()
	if len(names) == 0 {
		names = []string{""}
	}
	var stores []checkedStore
	var rows [][]string
	for _, name := range names {
		s, err := checkStore(file, name)
		if err != nil {
			return err
		}
		stores = append(stores, s)
		rows = append(rows, []string{s.Store, s.BioTrack, s.Blackbird, strings.Join(s.Streams, ",")})
	}
	return a.print(stores, func(w io.Writer) {
		output.Table(w, []string{"STORE", "BIOTRACK", "BLACKBIRD", "STREAMS"}, rows)
	})
}

// checkStore reads all settings of one store; the name is empty where the file has no stores.
func checkStore(file *config.File, name string) (checked checkedStore, err error) {
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
	return checked, err
}

// place names a store's database without its credentials.
func place(store, flag, text string) (string, error) {
	if err := urlProblem(flag, pgconnect.Check(text)); err != nil {
		if setup, ok := errors.AsType[*sync.SetupError](err); ok {
			setup.Problem = fmt.Sprintf("store %s: %s", store, setup.Problem)
		}
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	return cmp.Or(u.Host, "local") + u.Path, nil
}
