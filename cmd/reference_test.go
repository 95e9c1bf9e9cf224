package cmd

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/blackbird"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/menupage"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/menu"
)

var update = flag.Bool("update", false, "write docs/reference.md anew")

const referencePath = "../docs/reference.md"

const referenceIntro = `# Reference

Every command, option, exit code and field of JSON. This page is written by the program's own tests:
` + "`go test ./cmd -run TestReference -update`" + `.

A setting can be a flag, a variable, or a key of the config file. Flags beat the environment, the environment beats the
file. The key is the flag's name in snake case. A variable that ends in _FILE names a file that holds the value, for
mounted secrets. An option without a variable is meant for one run: it can be a flag only. Below a command are the names
of the fields that it prints with --output json; amounts of money and quantities are text there, so that no reader
rounds them.
`

// results are what commands print with --output json. The other commands print none.
var results = map[string]any{
	"init": map[string]string{}, "inspect schema": schemaView{}, "inspect locations": inspect.LocationsFound{},
	"inspect levels": menu.LevelsFound{}, "inspect rooms": menu.RoomsFound{}, "inspect prices": menu.PricesFound{},
	"sync": sync.Result{}, "sync all": sync.Result{}, "sync customers": sync.Result{}, "sync orders": sync.Result{},
	"sync products": sync.Result{}, "points recompute": sync.Result{}, "points adjust": sync.Result{},
	"points show": accountReport{}, "points explain": blackbird.Explained{}, "points report": pointsReport{},
	"points expiring": expiringReport{}, "points duplicates": []blackbird.Duplicate{}, "status": statusReport{},
	"rejects": rejectReport{}, "verify": verifyReport{}, "menu": menupage.Menu{}, "doctor": doctorReport{},
	"products show": menu.ProductFound{}, "inspect loyalty": loyaltyPreview{},
	"inspect report": supportReport{},
	"customers find": peopleReport{}, "customers show": personReport{},
	"customers export": exportReport{}, "customers forget": sync.Result{},
	"store copy": blackbird.Copied{}, "config check": []checkedStore{}, "version": build{},
}

// wholeProgram is the command line with the defaults that it has in the home folder "~".
func wholeProgram(t *testing.T) *cobra.Command {
	t.Helper()
	t.Setenv("HOME", "~")
	t.Setenv("XDG_STATE_HOME", "")
	return (&app{out: io.Discard, err: io.Discard}).root()
}

// walk visits the commands below one, and itself.
func walk(c *cobra.Command, visit func(*cobra.Command)) {
	visit(c)
	for _, sub := range c.Commands() {
		walk(sub, visit)
	}
}

// nameOf is how a command is called, without the program's own name.
func nameOf(c *cobra.Command) string {
	return strings.TrimPrefix(strings.TrimPrefix(c.CommandPath(), c.Root().Name()), " ")
}

func TestReference(t *testing.T) {
	root := wholeProgram(t)
	var b strings.Builder
	b.WriteString(referenceIntro + "\n## Options of every command\n\n")
	writeOptions(&b, root.PersistentFlags())
	b.WriteString("\n## Commands\n")
	walk(root, func(c *cobra.Command) {
		if c.HasParent() && c.Runnable() && (!c.HasSubCommands() || c.Name() == "sync") {
			writeCommand(t, &b, c)
		}
	})
	fmt.Fprintf(&b, "\n## Loyalty rules\n\nThe keys below `loyalty` in the config file:\n\n```\n%s\n```\n",
		wrapped(shape(config.Schema().Properties["loyalty"])))
	b.WriteString("\n## Exit codes\n\n| code | meaning |\n|---|---|\n")
	code := regexp.MustCompile(`(?m)^ +(\d+)  (.*(?:\n       \S.*)*)`)
	for _, row := range code.FindAllStringSubmatch(exitCodeHelp, -1) {
		fmt.Fprintf(&b, "| %s | %s |\n", row[1], strings.Join(strings.Fields(row[2]), " "))
	}
	b.WriteString("\nFor what to do about each, see [operating.md](operating.md#what-to-do-for-each-exit-code).\n")
	if *update {
		if err := os.WriteFile(referencePath, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	written, err := os.ReadFile(referencePath)
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != b.String() {
		t.Error("docs/reference.md is out of date: run go test ./cmd -run TestReference -update")
	}
	for _, code := range append(severity, exitOK) {
		if !strings.Contains(b.String(), fmt.Sprintf("\n| %d | ", code)) {
			t.Errorf("help lacks the exit code %d", code)
		}
	}
}

func writeOptions(b *strings.Builder, flags *pflag.FlagSet) {
	b.WriteString("| option | variable | meaning |\n|---|---|---|\n")
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Hidden {
			return
		}
		// Backquotes in a usage name its argument; pflag takes them out.
		argument, meaning := pflag.UnquoteUsage(f)
		if d := f.DefValue; d != "" && d != "false" && d != "[]" && f.Value.Type() != "int64" {
			meaning += fmt.Sprintf(" (default %s)", d)
		}
		variables := "–"
		if names := config.Variables(f); names != nil {
			variables = "`" + strings.Join(names, "`, `") + "`"
		}
		for _, cell := range []string{"`" + strings.TrimSpace("--"+f.Name+" "+argument) + "`", variables, meaning} {
			b.WriteString("| " + strings.ReplaceAll(cell, "|", `\|`) + " ")
		}
		b.WriteString("|\n")
	})
}

func writeCommand(t *testing.T, b *strings.Builder, c *cobra.Command) {
	t.Helper()
	words := strings.Fields(c.CommandPath() + " " + strings.Join(strings.Fields(c.Use)[1:], " "))
	fmt.Fprintf(b, "\n### %s\n\n`%s`\n\n%s.\n", nameOf(c), strings.Join(words, " "), c.Short)
	if c.LocalNonPersistentFlags().HasAvailableFlags() {
		b.WriteString("\n")
		writeOptions(b, c.LocalNonPersistentFlags())
	}
	printed, ok := results[nameOf(c)]
	if !ok {
		return
	}
	text := &jsonschema.Schema{Type: "string"}
	schema, err := jsonschema.ForType(reflect.TypeOf(printed), &jsonschema.ForOptions{
		TypeSchemas: map[reflect.Type]*jsonschema.Schema{
			reflect.TypeFor[blackbird.UTCTime](): text, reflect.TypeFor[model.Cents](): text,
			reflect.TypeFor[decimal.Decimal](): text, reflect.TypeFor[decimal.NullDecimal](): text,
			reflect.TypeFor[blackbird.JSONText](): text,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(b, "\n```\n%s\n```\n", wrapped(shape(schema)))
}

// shape shows the names of a JSON value's fields: {a, b: {c}, d: [{e}]}.
func shape(s *jsonschema.Schema) string {
	switch {
	case s.Items != nil:
		return "[" + shape(s.Items) + "]"
	case len(s.Properties) == 0:
		return ""
	}
	names := s.PropertyOrder
	if names == nil {
		names = slices.Sorted(maps.Keys(s.Properties))
	}
	var fields []string
	for _, name := range names {
		if of := shape(s.Properties[name]); strings.Trim(of, "[]") != "" {
			name += ": " + of
		}
		fields = append(fields, name)
	}
	return "{" + strings.Join(fields, ", ") + "}"
}

// wrapped breaks a line before it gets too long.
func wrapped(line string) (text string) {
	const width = 110
	for len(line) > width {
		end := strings.LastIndex(line[:width], " ")
		text, line = text+line[:end]+"\n ", line[end:]
	}
	return text + line
}
