package cmd

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func (a *app) migrate() *cobra.Command {
	return command("migrate", "Update the store's tables to this version; every pass does so by itself",
		`  # Kubernetes: a Job before the CronJobs of a new version start
  args: [migrate]

  # support: may this role make the tables
  blackbirdctl migrate --dry-run`,
		cobra.NoArgs, a.runMigrate)
}

func (a *app) runMigrate(ctx context.Context, _ []string) error {
	if _, err := a.openState(); err != nil {
		return err
	}
	store, done, err := a.connectStore(ctx)
	if err != nil {
		return err
	}
	defer done()
	if a.dryRun {
		_, err := fmt.Fprintln(a.out, "dry run: no migration applied")
		return err
	}
	applied, err := store.Migrate(ctx)
	if err == nil {
		err = store.CheckSchema(ctx)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%d migrations applied, tables are up to date\n", applied)
	return err
}
