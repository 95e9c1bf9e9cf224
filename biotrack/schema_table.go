package biotrack

import (
	"fmt"
	"slices"
	"strings"
)

// TableFacts is what there is to know of one of the tables that we read.
type TableFacts struct {
	Name string `json:"name"`
	// Streams cannot do without the table. Where there are none, only inspect locations reads it.
	Streams []string `json:"streams"`
	// Schema is where the table is, empty where it is nowhere.
	Schema string `json:"schema"`
	// Overridden says that a configured SELECT stands in for the table, and has been tried.
	Overridden bool `json:"overridden,omitempty"`
	// Rows is the planner's estimate; nil where it has none.
	Rows *int64 `json:"estimated_rows"`
	// Problem says why the table cannot be read; empty where it can.
	Problem string `json:"problem"`
	// MissingColumns are needed, and AbsentColumns can be done without.
	MissingColumns []string       `json:"missing_columns"`
	AbsentColumns  []AbsentColumn `json:"absent_columns"`
	// Oddities are unlike what is known of BioTrack, and can be read.
	Oddities []string `json:"oddities"`
}

// AbsentColumn is a column that the table does not have, and what stands instead.
type AbsentColumn struct {
	Column    string `json:"column"`
	Otherwise string `json:"otherwise"`
}

// table is one of the tables that we read, and what the catalog has by its name, if anything.
type table struct {
	name string
	*relation
	overridden bool
}

// streams are what cannot be read without the table, by the names of the streams.
func (t table) streams() []string {
	streams := []string{}
	for _, of := range []struct {
		stream string
		tables []string
	}{{"customers", customersTables()}, {"orders", ticketsTables()}, {"products", shelvesTables()}} {
		if slices.Contains(of.tables, t.name) {
			streams = append(streams, of.stream)
		}
	}
	return streams
}

func (t table) facts(on server) TableFacts {
	f := TableFacts{Name: t.name, Streams: t.streams(), MissingColumns: []string{}, AbsentColumns: []AbsentColumn{}, Oddities: []string{}}
	if f.Overridden = t.overridden; t.overridden {
		return f
	}
	if t.relation == nil {
		f.Problem = "is not there"
		return f
	}
	f.Schema = t.Schema
	if t.Rows > 0 || t.Rows == 0 && on.Version >= estimatesUnknown {
		f.Rows = &t.Rows
	}
	for _, name := range needs[t.name] {
		if _, ok := t.columns[name]; !ok {
			f.MissingColumns = append(f.MissingColumns, name)
		}
	}
	for _, c := range optional[t.name] {
		if _, ok := t.columns[c.name]; !ok {
			f.AbsentColumns = append(f.AbsentColumns, AbsentColumn{Column: c.name, Otherwise: c.otherwise})
		}
	}
	f.Oddities = append(f.Oddities, t.oddities()...)
	f.Problem = t.problem(f.MissingColumns)
	return f
}

// estimatesUnknown is the oldest PostgreSQL that tells an empty table from one that it never counted.
const estimatesUnknown = 140000

// problem says why the table cannot be read.
func (t table) problem(missing []string) string {
	var problems []string
	switch {
	case !t.IsTable:
		problems = append(problems, "is a view, which cannot tell what changed")
	case !t.SchemaUsable:
		problems = append(problems, "is in schema "+t.Schema+", which the role may not use")
	case !t.Visible && t.InPath:
		problems = append(problems, "is in schema "+t.Schema+", behind another relation of its name in the search_path")
	case !t.Visible:
		problems = append(problems, "is in schema "+t.Schema+", which is not in the search_path")
	}
	if !t.Readable {
		problems = append(problems, "may not be read by the role")
	}
	if len(missing) > 0 {
		problems = append(problems, "lacks "+strings.Join(missing, ", "))
	}
	return strings.Join(append(problems, t.unfit()...), ", and ")
}

// unfit lists the columns of types that our statements cannot read.
func (t table) unfit() (problems []string) {
	for _, name := range t.readColumns() {
		if c := t.columns[name]; !c.fits(uses[t.name][name]) {
			problems = append(problems, fmt.Sprintf("has %s of type %s, which cannot be read", name, c.name))
		}
	}
	return problems
}

// oddities lists what is unlike BioTrack, and can be read.
func (t table) oddities() (oddities []string) {
	for _, name := range t.readColumns() {
		c, u := t.columns[name], uses[t.name][name]
		if odd := c.odd(u); odd != "" && c.fits(u) {
			oddities = append(oddities, fmt.Sprintf("%s is of type %s: it %s", name, c.name, odd))
		}
	}
	if t.RowSecurity {
		oddities = append(oddities, "row security is on: a policy may hide rows from the role")
	}
	return oddities
}

// readColumns are the columns of the table that we read and that it has.
func (t table) readColumns() (names []string) {
	wanted := slices.Clone(needs[t.name])
	for _, c := range optional[t.name] {
		wanted = append(wanted, c.name)
	}
	for _, name := range wanted {
		if _, ok := t.columns[name]; ok {
			names = append(names, name)
		}
	}
	return names
}
