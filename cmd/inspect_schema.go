package cmd

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/biotrack/inspect"
	"github.com/blackbirdctl/blackbirdctl/cmd/output"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const schemaHelp = `Show which server this is, whether it has the tables and columns that passes read, and what the role
in BIOTRACK_URL may do: missing GRANT statements, and REVOKE statements for excess rights, ready to paste.

If a stream that is on (--streams) cannot be read, an error follows the report, and the exit code is 78.`

// schemaView is the schema as JSON shows it.
type schemaView struct {
	*inspect.SchemaFound
	Size string `json:"size"`
}

// printSchema prints the report even if an error follows: the report shows how to fix it.
func (a *app) printSchema(s *inspect.SchemaFound) error {
	problem := unreadable(s, a.cfg.Streams...)
	err := a.print(schemaView{s, s.Size()}, func(w io.Writer) {
		writeServer(w, s)
		writeTables(w, s.Tables)
		writeRole(w, s.Role)
		if problem != nil {
			a.writeNext(w, "inspect schema")
			return
		}
		if s.Size() == inspect.SizeLarge {
			fmt.Fprintln(w, "the database is large: make the first passes outside opening hours, or with --max-rate")
		}
		a.writeNext(w, "inspect locations")
	})
	return errors.Join(err, problem)
}

func writeServer(w io.Writer, s *inspect.SchemaFound) {
	standby, ids, audit := "no", "ids of varying length", "no audit columns"
	if s.Standby {
		standby = "yes"
	}
	if s.Layout.PaddedIDs {
		ids = "ids padded with blanks"
	}
	if s.Layout.AuditColumns {
		audit = "audit columns"
	}
	output.Row(w, "server", "PostgreSQL "+s.ServerVersion+", encoding "+s.Encoding)
	output.Row(w, "database", s.Database)
	output.Row(w, "standby", standby)
	output.Row(w, "system identifier", cmp.Or(s.SystemIdentifier,
		"not available: a swapped server is only recognised by its database's name and oid"))
	output.Row(w, "role", s.Role.Name+", search_path "+s.Role.SearchPath)
	output.Row(w, "layout", ids+", "+audit)
	output.Row(w, "size", s.Size())
}

func writeTables(w io.Writer, tables []inspect.TableFacts) {
	var rows [][]string
	var remarks []string
	for _, t := range tables {
		state := cmp.Or(t.Problem, "can be read")
		if t.Overridden {
			state = "replaced by a SELECT"
		}
		readFor := cmp.Or(strings.Join(t.Streams, ", "), biotrack.ReadBy(t.Name))
		rows = append(rows, []string{t.Name, t.Schema, output.OptionalInt(t.Rows), readFor, state})
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

// writeRole writes the changes as SQL, so that all of it can be pasted.
func writeRole(w io.Writer, r inspect.RoleFacts) {
	if len(r.Lacks)+len(r.Excess) == 0 {
		fmt.Fprintf(w, "role %s has the rights that it needs, and no more\n", r.Name)
		return
	}
	write := func(statement, comment string) {
		if comment != "" {
			comment = " -- " + comment
		}
		fmt.Fprintf(w, "%s;%s\n", statement, comment)
	}
	if len(r.Lacks) > 0 {
		fmt.Fprintf(w, "-- role %s lacks these rights; run as the owner of the tables:\n", r.Name)
	}
	for _, g := range r.Lacks {
		write(g.Statement, g.Optional)
	}
	for _, e := range r.Excess {
		fmt.Fprintf(w, "-- role %s %s, more than a reader needs:\n", r.Name, e.What)
		for i, statement := range e.Hint {
			caution := ""
			if i == len(e.Hint)-1 {
				caution = e.Caution
			}
			write(statement, caution)
		}
	}
}

// unreadable returns an error if one of the streams cannot be read.
func unreadable(s *inspect.SchemaFound, streams ...string) error {
	var problems, hints []string
	for _, t := range s.Tables {
		on := func(stream string) bool { return slices.Contains(streams, stream) }
		if t.Problem != "" && slices.ContainsFunc(t.Streams, on) {
			problems = append(problems, fmt.Sprintf("table %s %s", t.Name, t.Problem))
			if t.Hint != "" {
				hints = append(hints, t.Hint)
			}
		}
	}
	if len(problems) == 0 {
		return nil
	}
	hint := cmp.Or(strings.Join(hints, "; "), "check that BIOTRACK_URL names the BioTrack database itself")
	if slices.ContainsFunc(s.Role.Lacks, func(g inspect.Grant) bool { return g.Optional == "" }) {
		hint = "`blackbirdctl inspect schema` prints the statements that the owner of the tables has to run"
	}
	problem := "BioTrack cannot be read as it is: " + strings.Join(problems, "; ")
	return &sync.SetupError{Problem: problem, HintText: hint}
}
