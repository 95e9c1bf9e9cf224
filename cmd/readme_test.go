package cmd

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
)

// README.md is where every exit code, option, variable and command is told. These tests hold it against the program;
// after a change of options, `go test ./cmd -run TestREADME -update` writes their table.
var update = flag.Bool("update", false, "write README.md's table of options anew")

const readmePath = "../README.md"

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// readmeSection is what stands below a heading of the README.
func readmeSection(t *testing.T, heading string) string {
	t.Helper()
	_, rest, found := strings.Cut(readme(t), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("README has no section %s", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

// wholeProgram is the command line with the defaults that it has in the home folder "~".
func wholeProgram(t *testing.T) *cobra.Command {
	t.Helper()
	t.Setenv("HOME", "~")
	t.Setenv("XDG_STATE_HOME", "")
	a := &app{out: io.Discard, err: io.Discard}
	return a.root()
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

// option is a row of the table: a flag, and the commands that know it with this meaning.
type option struct {
	flag     *pflag.Flag
	commands []string
}

// options are all of the program's, those of every command first.
func options(root *cobra.Command) (all []*option) {
	seen := make(map[string]*option)
	walk(root, func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name == "help" || f.Hidden {
				return
			}
			key := f.Name + "\x00" + f.Usage + "\x00" + f.DefValue
			if seen[key] == nil {
				seen[key] = &option{flag: f}
				all = append(all, seen[key])
			}
			seen[key].commands = append(seen[key].commands, nameOf(c))
		})
	})
	return all
}

func optionsTable(root *cobra.Command) string {
	var b strings.Builder
	b.WriteString("| option | variable | of | meaning |\n|---|---|---|---|\n")
	for _, o := range options(root) {
		of := strings.Join(o.commands, ", ")
		if o.commands[0] == "" {
			of = "every command"
		}
		// Backquotes in a usage name its argument; pflag takes them out.
		_, meaning := pflag.UnquoteUsage(o.flag)
		if d := o.flag.DefValue; d != "" && d != "false" && d != "[]" {
			meaning += fmt.Sprintf(" (default %s)", d)
		}
		variables := "none"
		if names := config.Variables(o.flag); names != nil {
			variables = "`" + strings.Join(names, "`, `") + "`"
		}
		fmt.Fprintf(
			&b,
			"| `--%s` | %s | %s | %s |\n",
			o.flag.Name,
			variables,
			of,
			strings.ReplaceAll(meaning, "|", `\|`),
		)
	}
	return b.String()
}

const (
	tableBegins = "<!-- options -->\n"
	tableEnds   = "<!-- /options -->\n"
)

func TestREADMEOptions(t *testing.T) {
	text := readme(t)
	before, rest, begins := strings.Cut(text, tableBegins)
	table, after, ends := strings.Cut(rest, tableEnds)
	if !begins || !ends {
		t.Fatalf("README lacks %s or %s", tableBegins, tableEnds)
	}
	want := "\n" + optionsTable(wholeProgram(t)) + "\n"
	if table == want {
		return
	}
	if !*update {
		t.Fatalf(

			"README's table of options is out of date; run go test ./cmd -run TestREADME -update\nwant\n%s",
			want,
		)
	}
	if err := os.WriteFile(readmePath, []byte(before+tableBegins+want+tableEnds+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestREADMENamesNothingElse: an option or a variable that the README names anywhere is one that the program knows.
func TestREADMENamesNothingElse(t *testing.T) {
	known := map[string]bool{"--help": true}
	for _, o := range options(wholeProgram(t)) {
		known["--"+o.flag.Name] = true
		for _, name := range config.Variables(o.flag) {
			known[name] = true
		}
	}
	names := regexp.MustCompile(
		"(?:^|[ `(])(--[a-z][a-z-]*)|\\b((?:BLACKBIRDCTL_|BIOTRACK_URL|BLACKBIRD_URL)[A-Z_]*[A-Z])\\b",
	)
	for _, found := range names.FindAllStringSubmatch(readme(t), -1) {
		if name := found[1] + found[2]; !known[name] {
			t.Errorf("README names %s, which the program does not know", name)
		}
	}
}

// TestREADMECommands: the table of commands has all that can be run, and no other.
func TestREADMECommands(t *testing.T) {
	root := wholeProgram(t)
	root.InitDefaultCompletionCmd()
	text, _, _ := strings.Cut(readmeSection(t, "Commands"), "\n\n`blackbirdctl COMMAND")
	var told []string
	for _, row := range strings.Split(text, "\n") {
		if cell, _, found := strings.Cut(strings.TrimPrefix(row, "| `"), " |"); found && strings.HasPrefix(row, "| `") {
			for _, found := range regexp.MustCompile("`?([a-z][^`]*)`").FindAllStringSubmatch(cell, -1) {
				told = append(told, alternatives(found[1])...)
			}
		}
	}
	for _, line := range told {
		c, rest, err := root.Find(strings.Fields(line))
		isCommand := func(word string) bool { return word != strings.ToUpper(word) && !strings.ContainsAny(word, "[]") }
		if err != nil || c == root || slices.ContainsFunc(rest, isCommand) {
			t.Errorf("README tells of a command %q, which the program does not know", line)
		}
	}
	walk(root, func(c *cobra.Command) {
		name := nameOf(c)
		if c.HasSubCommands() || c.Hidden || strings.HasPrefix(name, "completion ") || c.Name() == "help" {
			return
		}
		if !slices.ContainsFunc(
			told,
			func(line string) bool { return line == name || strings.HasPrefix(line, name+" ") },
		) {
			t.Errorf("README's table of commands lacks %q", name)
		}
	})
}

// alternatives are the commands that one line tells of, as "inspect levels|rooms" does of two; what stands in brackets
// may be left out.
func alternatives(line string) []string {
	lines := []string{""}
	for _, word := range strings.Fields(strings.ReplaceAll(line, `\|`, "|")) {
		words := []string{word}
		if !strings.ContainsAny(word, "[]") {
			words = strings.Split(word, "|")
		}
		var longer []string
		for _, line := range lines {
			for _, word := range words {
				longer = append(longer, strings.TrimSpace(line+" "+word))
			}
		}
		lines = longer
	}
	return lines
}

// TestREADMEExitCodes: the table of exit codes has all that the program returns, with the meaning that its help tells,
// and no other.
func TestREADMEExitCodes(t *testing.T) {
	told := make(map[int]string)
	rows := regexp.MustCompile(`(?m)^\| ([0-9, ]+) \| (.*) \|$`)
	for _, row := range rows.FindAllStringSubmatch(readmeSection(t, "Exit codes"), -1) {
		for code := range strings.SplitSeq(row[1], ", ") {
			n, err := strconv.Atoi(code)
			if err != nil {
				t.Fatal(err)
			}
			told[n] = row[2]
		}
	}
	codes := make(map[int]string)
	rows = regexp.MustCompile(`(?m)^ +(\d+)  (.*(?:\n       \S.*)*)`)
	for _, row := range rows.FindAllStringSubmatch(exitCodeHelp, -1) {
		n, err := strconv.Atoi(row[1])
		if err != nil {
			t.Fatal(err)
		}
		codes[n] = strings.Join(strings.Fields(row[2]), " ")
	}
	// The signals share a row.
	codes[exitInterrupted] = "stopped by SIGINT or SIGTERM, state kept"
	codes[exitTerminated] = codes[exitInterrupted]
	if !maps.Equal(told, codes) {
		t.Errorf("README tells %v\nand the program %v", told, codes)
	}
	for _, code := range append(severity, exitOK) {
		if codes[code] == "" {
			t.Errorf("help lacks %d", code)
		}
	}
}

// TestHelp: every command that can be run shows how it is used.
func TestHelp(t *testing.T) {
	walk(wholeProgram(t), func(c *cobra.Command) {
		if c.HasSubCommands() && c.HasParent() || c.Hidden {
			return
		}
		if c.Short == "" || c.Example == "" {
			t.Errorf("help of %q has no example, or no short text", c.CommandPath())
		}
		for line := range strings.Lines(c.Example) {
			checkExample(t, c, strings.TrimSpace(line))
		}
	})
}

// checkExample sees that a line which calls the program calls it rightly.
func checkExample(t *testing.T, c *cobra.Command, line string) {
	_, call, found := strings.Cut(line, "blackbirdctl ")
	if !found || strings.HasPrefix(line, "#") || strings.HasPrefix(line, "args:") {
		return
	}
	for _, end := range []string{";", " > ", " #"} {
		call, _, _ = strings.Cut(call, end)
	}
	a := &app{out: io.Discard, err: io.Discard}
	sub, rest, err := a.root().Find(strings.Fields(call))
	if err == nil {
		err = sub.ParseFlags(rest)
	}
	if err == nil {
		err = sub.ValidateArgs(sub.Flags().Args())
	}
	if err != nil {
		t.Errorf("help of %q shows %q: %v", c.CommandPath(), line, err)
	}
}

// TestDocs: each command line in the guides is one that the program takes.
func TestDocs(t *testing.T) {
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(strings.TrimSpace(line), "blackbirdctl ") {
				checkExample(t, wholeProgram(t), strings.TrimSpace(line))
			}
		}
	}
}

// TestContributingPaths holds the guide for contributors against the tree: every path that it names exists.
func TestContributingPaths(t *testing.T) {
	text, err := os.ReadFile("../docs/contributing.md")
	if err != nil {
		t.Fatal(err)
	}
	path := regexp.MustCompile("`((?:cmd|sync|biotrack|blackbird|loyalty|internal|deploy|testdata)/[a-z0-9_/.-]+)`")
	named := path.FindAllSubmatch(text, -1)
	if len(named) < 20 {
		t.Fatalf("the guide names %d paths", len(named))
	}
	for _, path := range named {
		if name := string(path[1]); !strings.Contains(name, "NAME") {
			if _, err := os.Stat(filepath.Join("..", name)); err != nil {
				t.Errorf("the guide names %s: %v", name, err)
			}
		}
	}
}
