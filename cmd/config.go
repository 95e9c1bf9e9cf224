package cmd

import (
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/pgconnect"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

//go:embed config_example.yaml
var configExample string

func (a *app) config() *cobra.Command {
	group := &cobra.Command{
		Use:   "config",
		Short: "Check a config file, or print an example or the schema of one",
		Args:  cobra.ArbitraryArgs,
		RunE:  group,
	}
	group.AddCommand(&cobra.Command{
		Use:     "check",
		Short:   "Check the config file that --config names, store by store, and the environment with it",
		Example: "  blackbirdctl config check --config /etc/blackbirdctl.yaml",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.checkConfig(c) },
	}, &cobra.Command{
		Use:     "example",
		Short:   "Print a config file with comments, to begin with",
		Example: "  blackbirdctl config example > blackbirdctl.yaml",
		Args:    args(cobra.NoArgs),
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(a.out, configExample)
			return err
		},
	}, &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON schema of the config file, for editors",
		Example: "  blackbirdctl config schema > blackbirdctl.schema.json",
		Args:    args(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			encoder := json.NewEncoder(a.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(configSchema(c.Root()))
		},
	})
	return group
}

// checkedStore is what the options of one store come to.
type checkedStore struct {
	Store string `json:"store"`
	// BioTrack and Blackbird name the databases, without credentials.
	BioTrack  string   `json:"biotrack"`
	Blackbird string   `json:"blackbird"`
	Streams   []string `json:"streams"`
}

// checkConfig reads the file as every command would for every store, and says what comes of it.
func (a *app) checkConfig(c *cobra.Command) error {
	file, err := a.readConfig(c)
	if err != nil {
		return err
	}
	if file == nil {
		return &sync.SetupError{Problem: "no config file is named", HintText: "name one with --config, or BLACKBIRDCTL_CONFIG"}
	}
	names := file.names()
	if len(names) == 0 {
		names = []string{""}
	}
	var stores []checkedStore
	for _, name := range names {
		store, err := a.checkStore(name)
		if err != nil {
			return err
		}
		stores = append(stores, store)
	}
	return a.print(stores, func(w io.Writer) {
		var rows [][]string
		for _, s := range stores {
			rows = append(rows, []string{s.Store, s.BioTrack, s.Blackbird, strings.Join(s.Streams, ",")})
		}
		output.Table(w, []string{"STORE", "BIOTRACK", "BLACKBIRD", "STREAMS"}, rows)
	})
}

// checkStore fills the flags of all commands for one store; the name is empty where the file has no stores.
func (a *app) checkStore(name string) (checked checkedStore, err error) {
	one := &app{out: io.Discard, err: io.Discard, one: name, file: a.file}
	root := one.root()
	var walk func(c *cobra.Command) error
	walk = func(c *cobra.Command) error {
		if err := c.ParseFlags([]string{"--" + flagConfig, a.global.config}); err != nil {
			return err
		}
		if err := one.fillFlags(c); err != nil {
			return err
		}
		for _, sub := range c.Commands() {
			if err := walk(sub); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root); err != nil {
		return checked, err
	}
	checked = checkedStore{Store: string(one.global.store), Streams: one.global.streams, Blackbird: "embedded, in " + one.global.stateDir}
	if checked.BioTrack, err = one.place(flagBiotrackURL, one.global.biotrackURL); err != nil {
		return checked, err
	}
	if one.global.blackbirdURL != "" {
		checked.Blackbird, err = one.place(flagBlackbirdURL, one.global.blackbirdURL)
	}
	return checked, err
}

// place names a database without its credentials.
func (a *app) place(flag, text string) (string, error) {
	if text == "" {
		return "", &sync.SetupError{
			Problem:  fmt.Sprintf("store %s: no BioTrack database is configured", a.global.store),
			HintText: "give the store a biotrack_url, a biotrack_url_file or a biotrack_url_env",
		}
	}
	if err := urlProblem(flag, pgconnect.Check(text)); err != nil {
		var setup *sync.SetupError
		if errors.As(err, &setup) {
			setup.Problem = fmt.Sprintf("store %s: %s", a.global.store, setup.Problem)
		}
		return "", err
	}
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	host := u.Host
	if host == "" {
		host = "local"
	}
	return host + u.Path, nil
}

// configSchema is the JSON schema of a config file, made of the options themselves.
func configSchema(root *cobra.Command) map[string]any {
	options := make(map[string]any)
	eachOption(root, func(_ *cobra.Command, f *pflag.Flag) {
		keys := []string{snake(f.Name)}
		if mayBeFile(f.Name) {
			keys = secretKeys(f.Name)
		}
		for _, key := range keys {
			options[key] = optionSchema(f)
		}
	})
	own := make(map[string]any)
	for key, value := range options {
		if key != flagStore {
			own[key] = value
		}
	}
	store := map[string]any{"type": []string{"object", "null"}, "additionalProperties": false, "properties": own}
	options[keyStores] = map[string]any{
		"type": "object", "description": "options of some stores, by name", "additionalProperties": store,
		"propertyNames": map[string]any{"pattern": storeNames.String()},
	}
	return map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "blackbirdctl's config file",
		"type": "object", "additionalProperties": false, "properties": options,
	}
}

func optionSchema(f *pflag.Flag) map[string]any {
	schema := map[string]any{"description": f.Usage, "type": []string{"string", "number"}}
	switch v := f.Value.(type) {
	case *choice:
		schema["enum"] = v.of
		schema["type"] = "string"
	case *streamList:
		schema["type"] = []string{"string", "array"}
		schema["items"] = map[string]any{"enum": sync.StreamNames()}
	case *idList:
		schema["type"] = []string{"string", "number", "array"}
	case *fileList:
		schema["type"] = []string{"string", "object"}
	case *program:
		schema["type"] = "object"
	default:
		if slices.Contains([]string{"bool", "stringSlice"}, v.Type()) {
			schema["type"] = map[string]any{"bool": "boolean", "stringSlice": []string{"string", "array"}}[v.Type()]
		}
	}
	return schema
}
