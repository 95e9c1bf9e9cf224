package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

const environmentHelp = `Every option has an environment variable, BLACKBIRDCTL_ and its name in upper snake case (BLACKBIRDCTL_STATE_DIR), and a
key of its name in snake case in the YAML file that --config names. The URLs are BIOTRACK_URL and BLACKBIRD_URL, or
BIOTRACK_URL_FILE and BLACKBIRD_URL_FILE naming a file that holds one; so may BLACKBIRDCTL_PING_URL_FILE and
BLACKBIRDCTL_PUSHGATEWAY_FILE. Flags beat the environment, the environment beats the file.`

const (
	flagConfig       = "config"
	flagStore        = "store"
	flagAllStores    = "all-stores"
	flagParallel     = "parallel"
	flagBiotrackURL  = "biotrack-url"
	flagBlackbirdURL = "blackbird-url"
	flagStateDir     = "state-dir"

	variablePrefix = "BLACKBIRDCTL_"
	fileSuffix     = "_FILE"
)

// variables returns the names of the environment variables for a flag, the first that is set counts.
func variables(flag string) []string {
	name := strings.ToUpper(snake(flag))
	if isURL(flag) {
		return []string{name, variablePrefix + name}
	}
	return []string{variablePrefix + name}
}

func snake(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

func isURL(flag string) bool { return flag == flagBiotrackURL || flag == flagBlackbirdURL }

// mayBeFile tells the options that may hold a secret: their value may stand in a file, as secrets are mounted.
func mayBeFile(flag string) bool {
	return isURL(flag) || flag == flagPushgateway || flag == flagPingURL
}

// fillFlags sets the command's flags that the command line left out, from the environment, then from the config file.
func (a *app) fillFlags(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if err := a.nameStore(flags); err != nil {
		return err
	}
	if err := fillFromEnvironment(flags); err != nil {
		return err
	}
	file, err := a.readConfig(cmd)
	if err != nil || file == nil {
		return err
	}
	if a.global.allStores {
		return fillFromFile(flags, file.path, file.values)
	}
	if store := flags.Lookup(flagStore); !store.Changed && file.values[flagStore] != "" {
		if err := fillFromFile(flags, file.path, map[string]string{flagStore: file.values[flagStore]}); err != nil {
			return err
		}
	}
	values, err := file.of(string(a.global.store))
	if err != nil {
		return err
	}
	return fillFromFile(flags, file.path, values)
}

// nameStore names the store where the command runs for one of many.
func (a *app) nameStore(flags *pflag.FlagSet) error {
	if a.one == "" {
		return nil
	}
	return errors.Join(flags.Set(flagStore, a.one), flags.Set(flagAllStores, "false"))
}

// readConfig reads the config file, nil where none is named. It is read once for all stores: to read what tells of each of them again for each
// would take the square of their number.
func (a *app) readConfig(cmd *cobra.Command) (*config, error) {
	if a.file != nil || a.global.config == "" {
		return a.file, nil
	}
	file, err := readConfig(a.global.config, knownKeys(cmd.Root()))
	if err != nil {
		return nil, err
	}
	a.file = file
	return file, nil
}

func fillFromFile(flags *pflag.FlagSet, path string, values map[string]string) error {
	return fill(flags, func(f *pflag.Flag) (text, from string, err error) {
		key := snake(f.Name)
		text = values[key]
		if mayBeFile(f.Name) {
			text, key, err = secretText(values, f.Name)
		}
		return text, path + ": " + key, err
	})
}

func fillFromEnvironment(flags *pflag.FlagSet) error {
	return fill(flags, func(f *pflag.Flag) (string, string, error) {
		for _, name := range variables(f.Name) {
			if text := os.Getenv(name); text != "" {
				return text, name, nil
			}
			if file := os.Getenv(name + fileSuffix); mayBeFile(f.Name) && file != "" {
				text, err := readURLFile(file)
				return text, name + fileSuffix, err
			}
		}
		return "", "", nil
	})
}

// fill sets each flag that is not set yet to what the lookup finds for it; an empty text is nothing.
func fill(flags *pflag.FlagSet, lookup func(*pflag.Flag) (text, from string, err error)) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed || f.Name == "help" || err != nil {
			return
		}
		text, from, lookupErr := lookup(f)
		if lookupErr != nil {
			err = &sync.SetupError{Problem: fmt.Sprintf("%s: %v", from, lookupErr), HintText: "name a file that can be read and holds the URL"}
			return
		}
		if text == "" {
			return
		}
		if setErr := flags.Set(f.Name, text); setErr != nil {
			err = &sync.SetupError{Problem: fmt.Sprintf("%s: %s", from, plain(setErr, f)), HintText: "correct the value; see `blackbirdctl --help`"}
		}
	})
	return err
}

// plain is what is wrong with a flag's value, without pflag's talk of flags.
func plain(err error, f *pflag.Flag) string {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		return fmt.Sprintf("%q: %v", invalid.GetValue(), invalid.Unwrap())
	}
	return fmt.Sprintf("value of type %s: %v", f.Value.Type(), err)
}

func readURLFile(path string) (string, error) {
	text, err := os.ReadFile(path)
	if err == nil && len(bytes.TrimSpace(text)) == 0 {
		err = fmt.Errorf("%s is empty", path)
	}
	return string(bytes.TrimSpace(text)), err
}

// knownKeys are the keys that a config file may hold: it serves all commands.
func knownKeys(root *cobra.Command) []string {
	var keys []string
	eachOption(root, func(_ *cobra.Command, f *pflag.Flag) {
		if mayBeFile(f.Name) {
			keys = append(keys, secretKeys(f.Name)...)
			return
		}
		keys = append(keys, snake(f.Name))
	})
	slices.Sort(keys)
	return slices.Compact(keys)
}

// eachOption visits every option of every command that a config file may hold.
func eachOption(c *cobra.Command, visit func(*cobra.Command, *pflag.Flag)) {
	add := func(f *pflag.Flag) {
		if !slices.Contains([]string{"help", flagConfig, flagAllStores, flagParallel}, f.Name) {
			visit(c, f)
		}
	}
	c.PersistentFlags().VisitAll(add)
	c.LocalNonPersistentFlags().VisitAll(add)
	for _, sub := range c.Commands() {
		if sub.Name() != "completion" && sub.Name() != "help" {
			eachOption(sub, visit)
		}
	}
}
