package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
)

const inspectReportHelp = `Write one JSON file that shows a developer what the BioTrack server is like: its
settings, the tables with their columns and indexes, what our role may do, how the server would run our statements, and
what values look like. Send it along when you report a problem with a server.

It holds no name, phone, e-mail, price or id of anybody. Of values there are shapes: a stands for letters, 9 for digits.
Conditions of indexes and views have shapes in place of their values. URLs, paths, names of stores and the loyalty
program are left out of the settings. Look it through before you send it.

It reads the catalog and the newest 5,000 rows of each table, and runs none of the statements that it asks about.`

// supportReport is what inspect report writes.
type supportReport struct {
	Program  build             `json:"program"`
	Settings map[string]string `json:"settings"`
	*inspect.Report
}

func (a *app) inspectReport() *cobra.Command {
	var out string
	c := inspection(a, "report", "Write a file about the server for a developer, without names and prices",
		func(ctx context.Context, source *biotrack.Source) (*supportReport, error) {
			settings, err := a.cfg.Given(a.readConfig)
			if err != nil {
				return nil, err
			}
			report, err := inspect.MakeReport(ctx, source, a.cfg.Locations)
			return &supportReport{thisBuild(), settings, report}, err
		}, func(found *supportReport) error {
			return a.savePage(out, "report", nil, func(w io.Writer) error {
				encoder := json.NewEncoder(w)
				encoder.SetEscapeHTML(false) // conditions are to be read by people
				encoder.SetIndent("", " ")
				return encoder.Encode(found)
			})
		})
	c.Long, c.Example = inspectReportHelp, "  blackbirdctl inspect report --out report.json"
	c.Flags().StringVar(&out, "out", "", "file to write the report to; {store} in its name is replaced by the store's "+
		"name; - for stdout")
	c.PreRunE = func(*cobra.Command, []string) error {
		if out == "" {
			return &usageError{err: errors.New("--out is missing: the file to write, or - for stdout")}
		}
		return nil
	}
	return c
}
