package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/cmd/config"
)

// completeValues lets a shell complete what flags take: words where they are known, names of files where one is asked
// for, and else nothing.
func completeValues(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case config.FlagConfig, config.FlagMetricsFile:
			return
		case config.FlagStateDir:
			_ = c.MarkFlagDirname(f.Name)
			return
		}
		complete := cobra.NoFileCompletions
		if words := config.Words(f); words != nil {
			complete = cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp)
		}
		_ = c.RegisterFlagCompletionFunc(f.Name, complete)
	})
	for _, sub := range c.Commands() {
		completeValues(sub)
	}
}
