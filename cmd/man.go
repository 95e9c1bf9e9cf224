//go:build man

package cmd

import (
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// extras are commands that only a build of its own has: what turns help into pages would cost each pass memory. `make man` makes that build.
func (a *app) extras() []*cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:    "man",
		Short:  "Write the manual's pages",
		Hidden: true,
		Args:   args(cobra.NoArgs),
		RunE:   func(c *cobra.Command, _ []string) error { return writePages(c.Root(), dir) },
	}
	c.Flags().StringVar(&dir, "dir", "man", "folder to write into")
	return []*cobra.Command{c}
}

// writePages writes a page for each command.
func writePages(root *cobra.Command, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	// All machines make the same pages: the default of --state-dir is in the home folder of whoever makes them.
	state := root.PersistentFlags().Lookup(flagStateDir)
	state.DefValue = "~/.local/state/blackbirdctl"
	preparePage(root)
	return doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "blackbirdctl", Manual: "blackbirdctl"}, dir)
}

func preparePage(c *cobra.Command) {
	c.DisableAutoGenTag = true
	if c.Long != "" {
		c.Long = verbatim(c.Long)
	}
	for _, sub := range c.Commands() {
		preparePage(sub)
	}
}

// verbatim keeps lines that are indented as they are, which Markdown would run together.
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
