package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

const environmentHelp = `Every option has an environment variable, BLACKBIRDCTL_ and its name in upper snake case (BLACKBIRDCTL_STATE_DIR), and a
key of its name in snake case in the YAML file that --config names. The URLs are BIOTRACK_URL and BLACKBIRD_URL, or
BIOTRACK_URL_FILE and BLACKBIRD_URL_FILE naming a file that holds one; so may BLACKBIRDCTL_PING_URL_FILE and
BLACKBIRDCTL_PUSHGATEWAY_FILE. Flags beat the environment, the environment beats the file.`

const (
	flagConfig       = "config"
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
func fillFlags(cmd *cobra.Command) error {
	flags := cmd.Flags()
	if err := fillFromEnvironment(flags); err != nil {
		return err
	}
	path, err := flags.GetString(flagConfig)
	if err != nil || path == "" {
		return err
	}
	values, err := readConfig(path, knownKeys(cmd.Root()))
	if err != nil {
		return err
	}
	return fill(flags, func(f *pflag.Flag) (string, string, error) {
		key := snake(f.Name)
		text, ok := values[key]
		if !ok && mayBeFile(f.Name) && values[key+"_file"] != "" {
			key += "_file"
			text, err := readURLFile(values[key])
			return text, path + ": " + key, err
		}
		return text, path + ": " + key, nil
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
			err = &sync.SetupError{Problem: fmt.Sprintf("%s: %v", from, lookupErr), Remedy: "name a file that can be read and holds the URL"}
			return
		}
		if text == "" {
			return
		}
		if setErr := flags.Set(f.Name, text); setErr != nil {
			err = &sync.SetupError{Problem: fmt.Sprintf("%s: %s", from, plain(setErr, f)), Remedy: "correct the value; see `blackbirdctl --help`"}
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
	add := func(f *pflag.Flag) {
		if f.Name != flagConfig && f.Name != "help" {
			keys = append(keys, snake(f.Name))
		}
		if mayBeFile(f.Name) {
			keys = append(keys, snake(f.Name)+"_file")
		}
	}
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		c.PersistentFlags().VisitAll(add)
		c.LocalNonPersistentFlags().VisitAll(add)
		for _, sub := range c.Commands() {
			if sub.Name() != "completion" && sub.Name() != "help" {
				walk(sub)
			}
		}
	}
	walk(root)
	slices.Sort(keys)
	return slices.Compact(keys)
}

// readConfig reads a config file into texts as flags take them. An unknown key is an error: a misspelled option that is silently
// ignored is found when it is too late.
func readConfig(path string, known []string) (map[string]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, &sync.SetupError{Problem: fmt.Sprintf("read config: %v", err), Remedy: "name a readable YAML file with --config"}
	}
	return parseConfig(path, raw, known)
}

func parseConfig(path string, raw []byte, known []string) (values map[string]string, err error) {
	var document map[string]any
	if err := yaml.NewDecoder(bytes.NewReader(raw)).Decode(&document); err != nil && !errors.Is(err, io.EOF) {
		return nil, &sync.SetupError{Problem: fmt.Sprintf("read config %s: %v", path, err), Remedy: "correct the file's YAML"}
	}
	values = make(map[string]string, len(document))
	for key, value := range document {
		if !slices.Contains(known, key) {
			return nil, &sync.SetupError{
				Problem: fmt.Sprintf("read config %s: unknown key %q", path, key),
				Remedy:  "known keys are " + strings.Join(known, ", "),
			}
		}
		if values[key], err = flagText(value); err != nil {
			return nil, &sync.SetupError{Problem: fmt.Sprintf("read config %s: %s: %v", path, key, err), Remedy: "correct the value"}
		}
	}
	return values, nil
}

// flagText writes a YAML value as a flag would take it.
func flagText(value any) (string, error) {
	switch v := value.(type) {
	case nil:
		return "", nil
	case []any:
		parts := make([]string, len(v))
		for i, item := range v {
			text, err := flagText(item)
			if err != nil {
				return "", err
			}
			parts[i] = text
		}
		return strings.Join(parts, ","), nil
	case map[string]any:
		return "", errors.New("must be a value or a list of values")
	}
	return fmt.Sprint(value), nil
}
