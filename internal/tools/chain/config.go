package main

import (
	"fmt"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/figures"
)

// rooms are those whose stock is for sale, and level is whose prices the menu shows.
var rooms = []int64{0, 2}

const level = 1

// storeConfig is one store of the config file.
type storeConfig struct {
	BiotrackURL string `yaml:"biotrack_url"`
}

// chainConfig is the config file, as `blackbirdctl config example` has it.
type chainConfig struct {
	BlackbirdURL string                 `yaml:"blackbird_url"`
	StateDir     string                 `yaml:"state_dir"`
	LogFormat    string                 `yaml:"log_format"`
	LogLevel     string                 `yaml:"log_level"`
	MemberLevel  int                    `yaml:"member_level"`
	Rooms        []int64                `yaml:"rooms"`
	Stores       map[string]storeConfig `yaml:"stores"`
}

func (c *chain) configFile() string { return filepath.Join(c.dir, "chain.yaml") }

func (c *chain) writeConfig() error {
	config := chainConfig{
		BlackbirdURL: c.store.URL(storeDB), StateDir: filepath.Join(c.dir, "state"), LogFormat: "json", LogLevel: "warn",
		MemberLevel: level, Rooms: rooms, Stores: make(map[string]storeConfig),
	}
	for _, s := range c.shops {
		address, err := c.readURL(s)
		if err != nil {
			return err
		}
		config.Stores[s.name] = storeConfig{BiotrackURL: address}
	}
	text, err := yaml.Marshal(config)
	if err == nil {
		err = os.WriteFile(c.configFile(), text, 0o600)
	}
	if err != nil {
		return fmt.Errorf("write the config file: %w", err)
	}
	return nil
}

// forAll is a command of the binary for every shop. Nothing of this machine's own settings reaches it.
func (c *chain) forAll(args []string) figures.Command {
	argv := append([]string{c.bin}, args...)
	return figures.Command{
		Argv: append(argv, "--all-stores", "--parallel", fmt.Sprint(c.parallel)), Dir: c.dir,
		Env: []string{"PATH=" + os.Getenv("PATH"), "BLACKBIRDCTL_CONFIG=" + c.configFile()},
	}
}
