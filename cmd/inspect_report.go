package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/sync"
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
	var force bool
	c := inspection(a, "report", "Write a file about the server for a developer, without names and prices",
		func(ctx context.Context, source *biotrack.Source) (*supportReport, error) {
			settings, err := a.cfg.Given(a.readConfig)
			if err != nil {
				return nil, err
			}
			report, err := inspect.MakeReport(ctx, source, a.cfg.Locations)
			return &supportReport{thisBuild(), settings, report}, err
		}, func(found *supportReport) error { return a.saveReport(out, found) })
	c.PreRunE = func(*cobra.Command, []string) error { return a.checkOut(out, force) }
	c.Long, c.Example = inspectReportHelp, "  blackbirdctl inspect report --out report.json"
	c.Flags().StringVar(&out, "out", "",
		"file to write; {store} in its name is replaced by the store's name; - for stdout")
	c.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return c
}

// outPath returns the file that --out names.
func (a *app) outPath(out string) string { return strings.ReplaceAll(out, "{store}", a.cfg.Store) }

// checkOut refuses a file that is there, and one file for all stores.
func (a *app) checkOut(out string, force bool) error {
	path := a.outPath(out)
	switch _, err := os.Stat(path); {
	case out == "":
		return &usageError{err: errors.New("--out is missing: the file to write, or - for stdout")}
	case out == "-":
	case a.one != "" && path == out:
		return &usageError{err: errors.New("--all-stores with one file for all: put {store} into the name in --out")}
	case err == nil && !force:
		return &sync.SetupError{Problem: path + " is there already", HintText: "use --force to write over it"}
	}
	return nil
}

func (a *app) saveReport(out string, report *supportReport) error {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false) // conditions are to be read by people
	encoder.SetIndent("", " ")
	err := encoder.Encode(report)
	if err == nil && out == "-" {
		_, err = a.out.Write(text.Bytes())
	}
	if err != nil || out == "-" {
		return err
	}
	path := a.outPath(out)
	if err := writePrivate(path, text.Bytes()); err != nil {
		return &commandError{exitState, "write report: " + err.Error(),
			"make the folder writable, or name another file with --out"}
	}
	return a.print(map[string]string{keyStore: a.cfg.Store, "file": path}, func(w io.Writer) {
		fmt.Fprintf(w, "wrote %s: look it through before you send it\n", path)
	})
}
