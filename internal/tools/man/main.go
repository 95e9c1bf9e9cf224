// Command man writes the manual, one page for each command of blackbirdctl, and the completions of bash, zsh and fish.
//
//	man [--dir DIR]
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/blackbirdctl/blackbirdctl/cmd"
)

func main() {
	dir := flag.String("dir", "man", "folder to write into")
	flag.Parse()
	if err := write(cmd.Root(), *dir); err != nil {
		fmt.Fprintln(os.Stderr, "man:", err)
		os.Exit(1)
	}
}

func write(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	name := filepath.Join(dir, root.Name())
	if err := errors.Join(root.GenBashCompletionFileV2(name+".bash", true), root.GenZshCompletionFile(name+".zsh"),
		root.GenFishCompletionFile(name+".fish", true)); err != nil {
		return err
	}
	// Every machine writes the same pages: this default depends on the user's home folder.
	root.PersistentFlags().Lookup("state-dir").DefValue = "~/.local/state/blackbirdctl"
	prepare(root)
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "blackbirdctl", Manual: "blackbirdctl"}, dir)
}

func prepare(c *cobra.Command) {
	c.DisableAutoGenTag = true
	c.Long = verbatim(c.Long)
	for _, sub := range c.Commands() {
		prepare(sub)
	}
}

// verbatim turns indented lines into Markdown's code blocks, which keep their line breaks.
func verbatim(text string) string {
	var lines []string
	indented := false
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "  ") {
			indented = false
			lines = append(lines, line)
			continue
		}
		if !indented {
			lines = append(lines, "\n")
		}
		indented = true
		lines = append(lines, "    "+line)
	}
	return strings.Join(lines, "")
}
