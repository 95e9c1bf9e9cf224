//go:build !man

package cmd

import "github.com/spf13/cobra"

// extras are commands that only a build of its own has.
func (a *app) extras() []*cobra.Command { return nil }
