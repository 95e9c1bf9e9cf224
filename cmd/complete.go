package cmd

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// enumerable is a flag's value that is one of some words.
type enumerable interface{ words() []string }

func (c *choice) words() []string { return c.of }
func (b *basis) words() []string {
	return []string{string(loyalty.BasisTotal), string(loyalty.BasisSubtotal)}
}
func (l *streamList) words() []string { return sync.StreamNames() }

// completeValues lets a shell complete what flags take: words where they are known, names of files where one is asked for, and else nothing.
func completeValues(c *cobra.Command) {
	c.LocalFlags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case flagConfig, flagMetricsFile:
			return
		case flagStateDir:
			_ = c.MarkFlagDirname(f.Name)
			return
		}
		complete := cobra.NoFileCompletions
		if v, ok := f.Value.(enumerable); ok {
			complete = cobra.FixedCompletions(v.words(), cobra.ShellCompDirectiveNoFileComp)
		}
		_ = c.RegisterFlagCompletionFunc(f.Name, complete)
	})
	for _, sub := range c.Commands() {
		completeValues(sub)
	}
}
