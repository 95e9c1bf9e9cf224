package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/config"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const schemaHelp = `What server this is, whether it has the tables and columns that passes read, and what the role in BIOTRACK_URL may do: the
GRANT statements that it lacks, and the REVOKE statements for what a reader should not have, ready to paste.

Where a stream that is on (--streams) cannot be read, the report is followed by an error, and the exit code is 78.`

func (a *app) inspectSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "The server, its tables, and what our role may do there",
		Long:    schemaHelp,
		Example: "  blackbirdctl inspect schema",
		Args:    args(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return a.runInspectSchema(c.Context()) },
	}
}

// runInspectSchema prints the report even where it ends in an error: it is the remedy.
func (a *app) runInspectSchema(ctx context.Context) error {
	return a.withSource(ctx, func(source *biotrack.Source) error {
		schema, err := inspect.Schema(ctx, source)
		if err != nil {
			return err
		}
		unreadable := a.unreadable(schema)
		err = a.print(schemaView{schema, schema.Size()}, func(w io.Writer) { a.schemaText(w, schema, unreadable == nil) })
		return errors.Join(err, unreadable)
	})
}

// schemaView is the schema as JSON shows it.
type schemaView struct {
	*inspect.SchemaFound
	Size string `json:"size"`
}

func (a *app) schemaText(w io.Writer, s *inspect.SchemaFound, readable bool) {
	writeServer(w, s)
	writeTables(w, s.Tables)
	writeRole(w, s.Role)
	if !readable {
		a.next(w, "inspect schema")
		return
	}
	if s.Size() == inspect.SizeLarge {
		fmt.Fprintln(w, "the database is large: make the first passes outside opening hours, or with --max-rate")
	}
	a.next(w, "inspect locations")
}

func writeServer(w io.Writer, s *inspect.SchemaFound) {
	for _, fact := range [][]string{
		{"server", "PostgreSQL " + s.ServerVersion + ", encoding " + s.Encoding},
		{"database", s.Database},
		{"standby", yesNo(s.Standby)},
		{"system identifier", orElse(s.SystemIdentifier, "not told: a swapped server is known by its database's name and oid alone")},
		{"role", s.Role.Name + ", search_path " + s.Role.SearchPath},
		{"layout", layout(s.Layout)},
		{"size", s.Size()},
	} {
		output.Row(w, fact...)
	}
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func layout(l inspect.Layout) string {
	ids, audit := "ids of varying length", "no audit columns"
	if l.PaddedIDs {
		ids = "ids padded with blanks"
	}
	if l.AuditColumns {
		audit = "audit columns"
	}
	return ids + ", " + audit
}

func writeTables(w io.Writer, tables []inspect.TableFacts) {
	var rows [][]string
	var remarks []string
	for _, t := range tables {
		rows = append(rows, []string{
			t.Name, t.Schema, output.OptionalInt(t.Rows), orElse(strings.Join(t.Streams, ", "), "inspect locations"), tableState(t),
		})
		for _, c := range t.AbsentColumns {
			remarks = append(remarks, fmt.Sprintf("%s has no column %s: %s", t.Name, c.Column, c.Otherwise))
		}
		for _, odd := range t.Oddities {
			remarks = append(remarks, t.Name+": "+odd)
		}
	}
	fmt.Fprintln(w)
	output.Table(w, []string{"table", "schema", "rows, about", "read for", "state"}, rows)
	for _, remark := range remarks {
		fmt.Fprintln(w, remark)
	}
	fmt.Fprintln(w)
}

func tableState(t inspect.TableFacts) string {
	if t.Overridden {
		return "a SELECT stands in for it"
	}
	return orElse(t.Problem, "can be read")
}

// writeRole prints what is to be changed as SQL, so that the whole of it can be pasted.
func writeRole(w io.Writer, r inspect.RoleFacts) {
	if len(r.Lacks)+len(r.Excess) == 0 {
		fmt.Fprintf(w, "role %s has what it needs, and no more\n", r.Name)
		return
	}
	if len(r.Lacks) > 0 {
		fmt.Fprintf(w, "-- role %s lacks, to be run as the owner of the tables:\n", r.Name)
	}
	for _, g := range r.Lacks {
		fmt.Fprintln(w, g.Statement+";"+comment(g.Optional))
	}
	for _, e := range r.Excess {
		fmt.Fprintf(w, "-- role %s %s, more than a reader needs:\n", r.Name, e.What)
		for i, statement := range e.Hint {
			caution := ""
			if i == len(e.Hint)-1 {
				caution = e.Caution
			}
			fmt.Fprintln(w, statement+";"+comment(caution))
		}
	}
}

func comment(text string) string {
	if text == "" {
		return ""
	}
	return " -- " + text
}

// unreadable is the error of a database that streams cannot be read from, nil where all that are on can.
func (a *app) unreadable(s *inspect.SchemaFound) error {
	var problems []string
	for _, t := range s.Tables {
		for _, stream := range t.Streams {
			if t.Problem != "" && slices.Contains(a.cfg.Streams, stream) {
				problems = append(problems, fmt.Sprintf("table %s %s", t.Name, t.Problem))
				break
			}
		}
	}
	if len(problems) == 0 {
		return nil
	}
	remedy := "check that " + config.Variable(config.FlagBiotrackURL) + " names the BioTrack database itself"
	if slices.ContainsFunc(s.Role.Lacks, func(g inspect.Grant) bool { return g.Optional == "" }) {
		remedy = "run the report's statements as the owner of the tables, then inspect again"
	}
	return &sync.SetupError{Problem: "BioTrack cannot be read as it is: " + strings.Join(problems, "; "), HintText: remedy}
}
