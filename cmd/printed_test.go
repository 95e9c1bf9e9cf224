package cmd_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
)

// What a person copies from a page, a help text, a hint or a `next:` line has to be a command line that the program
// takes. These tests hold all of them against the real commands.

var (
	inlineCode = regexp.MustCompile("`([^`]+)`")
	codeBlock  = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
	// called finds the calls in a line of a shell or a crontab.
	called   = regexp.MustCompile(`(?:^|[\s;("])blackbirdctl( [^;|&>#\n]*|$)`)
	inQuotes = regexp.MustCompile(`'[^']*'|"[^"]*"`)
	nextTo   = regexp.MustCompile(`(?m)^next: (.*)$`)
)

// checkCall returns what is wrong with a command line, without the program's name. A word in capitals stands for a
// value, and one in brackets may be left out. The mere name of a command, as in prose, needs none of its flags.
func checkCall(line string) error {
	line = strings.NewReplacer("[", "", "]", "", `\|`, "|").Replace(inQuotes.ReplaceAllStringFunc(line, unquoted))
	words := strings.Fields(line)
	for n, word := range words {
		switch word {
		case "STREAM":
			words[n] = "orders"
		case "N":
			words[n] = "1"
		}
	}
	c, rest, err := cmd.Root().Find(words)
	if err != nil {
		return err
	}
	switch err := c.ParseFlags(rest); {
	case errors.Is(err, pflag.ErrHelp), line == " COMMAND --help":
		return nil
	case err != nil:
		return err
	}
	args := c.Flags().Args()
	if c.HasSubCommands() && (c.HasParent() || len(args) > 0) && (c.Name() != "sync" || len(args) > 0) {
		return fmt.Errorf("%s has no command %q", c.CommandPath(), args)
	}
	for _, word := range strings.Fields(c.Use) {
		if flag, needed := strings.CutPrefix(word, "--"); needed && len(rest) > 0 && !c.Flags().Changed(flag) {
			return fmt.Errorf("%s lacks --%s", c.CommandPath(), flag)
		}
	}
	return c.ValidateArgs(args)
}

// unquoted returns a value for one in quotes.
func unquoted(quoted string) string {
	if quoted[1] == '{' {
		return "{}"
	}
	return "X"
}

// checkShell checks the calls in lines of a shell or a crontab.
func checkShell(text string) (wrong error) {
	for _, call := range called.FindAllStringSubmatch(strings.ReplaceAll(text, "\\\n", " "), -1) {
		if err := checkCall(call[1]); err != nil {
			wrong = errors.Join(wrong, fmt.Errorf("blackbirdctl%s: %w", call[1], err))
		}
	}
	return wrong
}

// checkProse checks the calls in backquotes, and those after "next: ".
func checkProse(text string) (wrong error) {
	for _, code := range inlineCode.FindAllStringSubmatch(text, -1) {
		if strings.HasPrefix(code[1], "blackbirdctl ") && !strings.HasPrefix(code[1], "blackbirdctl "+unknown) {
			wrong = errors.Join(wrong, checkShell(strings.Join(strings.Fields(code[1]), " ")))
		}
	}
	for _, next := range nextTo.FindAllStringSubmatch(text, -1) {
		wrong = errors.Join(wrong, checkShell(next[1]))
	}
	return wrong
}

func wantNone(t *testing.T, where string, wrong error) {
	t.Helper()
	if wrong != nil {
		t.Errorf("%s: %v", where, wrong)
	}
}

// TestPages: README and the guides. There, the program's name may be left out of a command of several words.
func TestPages(t *testing.T) {
	root := cmd.Root()
	isCommand := func(code string) bool {
		words := strings.Fields(code)
		if c, rest, err := root.Find(words); err == nil && c.Runnable() && len(rest) == 0 {
			return false // a mere name
		}
		return len(words) > 1 &&
			slices.ContainsFunc(root.Commands(), func(c *cobra.Command) bool { return c.Name() == words[0] })
	}
	for path, text := range pages(t) {
		for _, block := range codeBlock.FindAllString(text, -1) {
			wantNone(t, path, checkShell(block))
		}
		prose := codeBlock.ReplaceAllString(text, "")
		wantNone(t, path, checkProse(prose))
		for _, code := range inlineCode.FindAllStringSubmatch(prose, -1) {
			if isCommand(code[1]) {
				wantNone(t, path, checkShell("blackbirdctl "+strings.Join(strings.Fields(code[1]), " ")))
			}
		}
	}
}

// pages are README, the guides and the schedules, by path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	texts := make(map[string]string)
	for _, path := range append(paths, "../README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

// TestHelp: each command has a short text and an example, and what its help shows can be run.
func TestHelp(t *testing.T) {
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		if (!c.HasSubCommands() || !c.HasParent()) && (c.Short == "" || c.Example == "") {
			t.Errorf("help of %q has no example, or no short text", c.CommandPath())
		}
		wantNone(t, c.CommandPath(), errors.Join(checkShell(c.Example), checkProse(c.Short+c.Long)))
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(cmd.Root())
}

// TestHints: the commands in the program's own texts, wherever they are printed.
func TestHints(t *testing.T) {
	for _, folder := range []string{".", "../sync", "../biotrack", "../blackbird", "../loyalty", "../internal"} {
		err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err == nil {
				ast.Inspect(file, func(n ast.Node) bool {
					text, isText := textOf(n)
					if isText {
						wantNone(t, path, checkProse(text))
					}
					return !isText
				})
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// unknown is a part of a text that is known only when it is printed. A script sees the whole.
const unknown = "STREAM"

// textOf returns the text of an expression, with its unknown parts as such.
func textOf(n ast.Node) (text string, isText bool) {
	switch e := n.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return strings.NewReplacer("%s", unknown, "%d", "1").Replace(text), err == nil
		}
	case *ast.BinaryExpr:
		left, isLeft := textOf(e.X)
		right, isRight := textOf(e.Y)
		if !isLeft {
			left = unknown
		}
		if !isRight {
			right = unknown
		}
		return left + right, isLeft || isRight
	}
	return "", false
}

// commandLine matches code in a line, and commands of a block.
var commandLine = regexp.MustCompile("(?m)`[^`\n]+`|^(?:sudo |cosign |kubectl ).*$")

// withoutOtherPrograms returns a page without the commands of other programs, whose options are not ours.
func withoutOtherPrograms(text string) string {
	isOurs := func(command string) bool {
		first := strings.Fields(strings.TrimPrefix(strings.TrimSpace(command), "sudo ") + " .")[0]
		return strings.HasPrefix(first, "-") || strings.Contains(first, "=") || first == "blackbirdctl" ||
			slices.ContainsFunc(cmd.Root().Commands(), func(c *cobra.Command) bool { return c.Name() == first })
	}
	return commandLine.ReplaceAllStringFunc(strings.ReplaceAll(text, "\\\n", " "), func(code string) string {
		commands := strings.Split(strings.Trim(code, "`"), "&&")
		return " " + strings.Join(slices.DeleteFunc(commands, func(c string) bool { return !isOurs(c) }), " ") + " "
	})
}

// TestPagesNameNothingElse: an option or a variable that a page names anywhere is one that the program knows.
func TestPagesNameNothingElse(t *testing.T) {
	known := map[string]bool{"--help": true, "--version": true}
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		c.LocalFlags().VisitAll(func(f *pflag.Flag) {
			known["--"+f.Name] = true
			for _, name := range config.Variables(f) {
				known[name] = true
			}
		})
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(cmd.Root())
	name := regexp.MustCompile(
		"(?:^|[ `(])(--[a-z][a-z-]*)|\\b((?:BLACKBIRDCTL_|BIOTRACK_URL|BLACKBIRD_URL)[A-Z_]*[A-Z])\\b")
	for path, text := range pages(t) {
		for _, found := range name.FindAllStringSubmatch(withoutOtherPrograms(text), -1) {
			if name := found[1] + found[2]; !known[name] && !strings.HasPrefix(name, "BLACKBIRDCTL_TEST_") {
				t.Errorf("%s names %s, which the program does not know", path, name)
			}
		}
	}
}

// TestContributingPaths: every path that the guide for contributors names exists.
func TestContributingPaths(t *testing.T) {
	path := regexp.MustCompile("`((?:cmd|sync|biotrack|blackbird|loyalty|internal|deploy|testdata)/[a-z0-9_/.-]+)`")
	named := path.FindAllStringSubmatch(pages(t)["../docs/contributing.md"], -1)
	if len(named) < 20 {
		t.Fatalf("the guide names %d paths", len(named))
	}
	for _, path := range named {
		if !strings.Contains(path[1], "NAME") {
			if _, err := os.Stat(filepath.Join("..", path[1])); err != nil {
				t.Errorf("the guide names %s: %v", path[1], err)
			}
		}
	}
}
