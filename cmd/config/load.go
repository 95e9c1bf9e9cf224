package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/internal/files"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const (
	variablePrefix = "BLACKBIRDCTL_"
	fileSuffix     = "_FILE"
)

// Variable returns the environment variable by which people know an option.
func Variable(flag string) string {
	name := strings.ToUpper(snake(flag))
	if flag == FlagBiotrackURL || flag == FlagBlackbirdURL {
		return name
	}
	return variablePrefix + name
}

// Variables returns the environment variables of an option; the first one that is set counts. Those with the suffix
// _FILE name a file that holds the value. An option that is meant for one run has none.
func Variables(f *pflag.Flag) (names []string) {
	if IsRunOnly(f) {
		return nil
	}
	for _, name := range slices.Compact([]string{Variable(f.Name), variablePrefix + strings.ToUpper(snake(f.Name))}) {
		names = append(names, name)
		if scopeOf(f) == bySecret {
			names = append(names, name+fileSuffix)
		}
	}
	return names
}

func snake(flag string) string { return strings.ReplaceAll(flag, "-", "_") }

// CheckEnvironment refuses variables for options that are meant for one run, which are named as flags: one that is
// left over in a schedule would change every pass.
func CheckEnvironment(oneRun []string) error {
	for _, name := range oneRun {
		if variable := Variable(name); os.Getenv(variable) != "" {
			return &sync.SetupError{
				Problem: fmt.Sprintf("%s: --%s is meant for one run, and cannot be given by a variable", variable,
					name),
				HintText: fmt.Sprintf("unset it, and give it as --%s on the command line", name),
			}
		}
	}
	return nil
}

// MistypedVariables returns a warning for each variable that looks like one of ours and is none. Others of the same
// prefix are left alone: Kubernetes sets some for a service of our name.
func MistypedVariables(oneRun []string) (warnings []string) {
	var known []string
	New().flags.VisitAll(func(f *pflag.Flag) { known = append(known, Variables(f)...) })
	for _, name := range oneRun {
		known = append(known, Variable(name))
	}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, variablePrefix) || slices.Contains(known, name) {
			continue
		}
		if closest := output.Closest(name, known); closest != "" {
			warnings = append(warnings,
				fmt.Sprintf("%s is no variable of blackbirdctl: did you mean %s?", name, closest))
		}
	}
	return warnings
}

// layer is what one place says of options, each a given, by the name of their flags. It implements koanf.Provider.
type layer map[string]any

// Read returns the layer.
func (l layer) Read() (map[string]any, error) { return l, nil }

// ReadBytes is not supported: a layer has been parsed already.
func (l layer) ReadBytes() ([]byte, error) { return nil, errors.ErrUnsupported }

// given is the text of an option, empty for not set, and where it was given: a variable, or a file with line and
// column.
type given struct {
	Text, Where  string
	Line, Column int
	// Kept says where the value is kept that Text leads to.
	Kept keeping
}

// place names the variable, or the key of the file, that gives an option.
func (g given) place(flag string) string {
	if g.Line == 0 {
		return g.Where
	}
	return fmt.Sprintf("%s:%d:%d: %s%s", g.Where, g.Line, g.Column, snake(flag), keySuffix[g.Kept])
}

type keeping int

const (
	inText keeping = iota
	inFile
	inVariable
)

// keySuffix is what a key of the config file ends with that says where the value is kept.
var keySuffix = map[keeping]string{inFile: "_file", inVariable: "_env"}

// value returns the text itself, or that of the file or variable that it names.
func (g given) value() (text string, err error) {
	switch g.Kept {
	case inFile:
		raw, err := files.Read(g.Text)
		if text = string(bytes.TrimSpace(raw)); err == nil && text == "" {
			err = fmt.Errorf("%s is empty", g.Text)
		}
		return text, err
	case inVariable:
		if text = os.Getenv(g.Text); text == "" {
			err = fmt.Errorf("the variable %s is not set", g.Text)
		}
		return text, err
	case inText:
	}
	return g.Text, nil
}

// Load sets the options that the command line left out, from the environment and from the config file that they name.
// It calls open to read that file, with an empty path for none; a nil open reads none.
func Load(flags *pflag.FlagSet, open func(path string) (*File, error)) error {
	environment := environmentOf(flags)
	// These say which file it is, which section of it, and how an error in it is reported.
	for _, name := range []string{FlagConfig, FlagAllStores, FlagStore, FlagLogFormat} {
		if err := set(flags, name, environment[name]); err != nil {
			return err
		}
	}
	file, section := &File{}, layer(nil)
	var err error
	if open != nil {
		if file, err = open(flags.Lookup(FlagConfig).Value.String()); err != nil {
			return err
		}
	}
	if err := set(flags, FlagStore, file.general[FlagStore]); err != nil {
		return err
	}
	if flags.Lookup(FlagAllStores).Value.String() != "true" {
		if section, err = file.section(flags.Lookup(FlagStore).Value.String()); err != nil {
			return err
		}
	}
	// A later layer beats an earlier one, and what the command line gives beats them all.
	layers := koanf.New("/")
	for _, l := range []layer{file.general, section, environment} {
		if err := layers.Load(l, nil); err != nil {
			return err
		}
	}
	line := func(name string) int {
		g, _ := layers.Get(name).(given)
		return g.Line
	}
	// The first problem is the first in the file.
	names := slices.SortedStableFunc(slices.Values(layers.Keys()), func(a, b string) int { return line(a) - line(b) })
	for _, name := range names {
		if err := set(flags, name, layers.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// unreported are the settings that Given leaves out, besides those that may hold a secret: they say where or whose
// something is.
var unreported = []string{
	FlagConfig, FlagStore, FlagStateDir, FlagMetricsFile, "source-sql", "title", "loyalty", "output", FlagAllStores,
}

// Given loads all settings, not only those of the command, and returns the ones that were given anywhere, by the names
// of their flags. What may be secret or personal is left out. It calls open as Load does.
func (c *Config) Given(open func(path string) (*File, error)) (map[string]string, error) {
	if err := Load(c.flags, open); err != nil {
		return nil, err
	}
	given := make(map[string]string)
	c.flags.VisitAll(func(f *pflag.Flag) {
		if f.Changed && scopeOf(f) != bySecret && !slices.Contains(unreported, f.Name) {
			given[f.Name] = f.Value.String()
		}
	})
	return given, nil
}

// set sets a flag that is not set yet to what a layer gives, if it gives anything.
func set(flags *pflag.FlagSet, name string, value any) error {
	f := flags.Lookup(name)
	g, ok := value.(given)
	if f == nil || f.Changed || !ok || g.Text == "" {
		return nil
	}
	text, err := g.value()
	if err != nil {
		return &sync.SetupError{Problem: fmt.Sprintf("%s: %v", g.place(name), err),
			HintText: "name a file that can be read and holds the URL"}
	}
	if err := f.Value.Set(text); err != nil {
		return &sync.SetupError{Problem: fmt.Sprintf("%s: %s: %v", g.place(name), quoted(text), err),
			HintText: "correct the value; see `blackbirdctl --help`"}
	}
	f.Changed = true
	return nil
}

// quoted returns a text in quotes, a JSON value in single ones, so that its own need no backslashes.
func quoted(text string) string {
	if strings.Contains(text, `"`) && !strings.Contains(text, "'") && strconv.CanBackquote(text) {
		return "'" + text + "'"
	}
	return strconv.Quote(text)
}

// environmentOf returns what the environment says of the flags.
func environmentOf(flags *pflag.FlagSet) layer {
	found := make(layer)
	flags.VisitAll(func(f *pflag.Flag) {
		for _, name := range slices.Backward(Variables(f)) {
			if text := os.Getenv(name); text != "" {
				g := given{Text: text, Where: name}
				if scopeOf(f) == bySecret && strings.HasSuffix(name, fileSuffix) {
					g.Kept = inFile
				}
				found[f.Name] = g
			}
		}
	})
	return found
}
