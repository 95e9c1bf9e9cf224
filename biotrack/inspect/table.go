package inspect

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// TableFacts is what there is to know of one of the tables that we read.
type TableFacts struct {
	Name string `json:"name"`
	// Streams cannot do without the table. Where there are none, no pass reads it.
	Streams []string `json:"streams"`
	// Schema is where the table is, empty where it is nowhere.
	Schema string `json:"schema"`
	// Overridden says that a configured SELECT replaces the table, and has been tried.
	Overridden bool `json:"overridden,omitempty"`
	// Rows is the planner's estimate; nil where it has none.
	Rows *int64 `json:"estimated_rows"`
	// Problem says why the table cannot be read; empty where it can.
	Problem string `json:"problem"`
	// Hint says how a column of a type that cannot be read can be; empty where there is none.
	Hint string `json:"hint,omitempty"`
	// MissingColumns are needed, and AbsentColumns can be done without.
	MissingColumns []string       `json:"missing_columns"`
	AbsentColumns  []AbsentColumn `json:"absent_columns"`
	// Oddities are unlike what is known of BioTrack, and can be read.
	Oddities []string `json:"oddities"`
}

// AbsentColumn is a column that the table does not have, and what is lost without it.
type AbsentColumn struct {
	Column    string `json:"column"`
	Otherwise string `json:"otherwise"`
}

// estimatesUnknown is the oldest PostgreSQL that distinguishes an empty table from one that it never counted.
const estimatesUnknown = 140000

func (t table) facts(serverVersion int) TableFacts {
	f := TableFacts{
		Name: t.Name, Streams: append([]string{}, t.Streams...), Overridden: t.overridden,
		MissingColumns: []string{}, AbsentColumns: []AbsentColumn{}, Oddities: []string{},
	}
	if t.noXmin != "" {
		f.Oddities = append(f.Oddities, "it does not show which transaction wrote a row ("+t.noXmin+
			"): incremental passes are refused, run each with --full")
	}
	if t.overridden {
		return f
	}
	if t.relation == nil {
		f.Problem = "is not there"
		return f
	}
	f.Schema = t.Schema
	if t.Rows > 0 || t.Rows == 0 && serverVersion >= estimatesUnknown {
		f.Rows = &t.Rows
	}
	var unreadable []biotrack.Unreadable
	for _, c := range t.Columns {
		columnType, ok := t.types[c.Name]
		bad, isBad := c.Unreadable(t.Name, columnType)
		switch {
		case !ok && c.Required():
			f.MissingColumns = append(f.MissingColumns, c.Name)
		case !ok:
			f.AbsentColumns = append(f.AbsentColumns, AbsentColumn{Column: c.Name, Otherwise: c.Without})
		case isBad:
			unreadable = append(unreadable, bad)
		default:
			if oddity := oddity(columnType, c.Use); oddity != "" {
				f.Oddities = append(f.Oddities, fmt.Sprintf("%s is of type %s: it %s", c.Name, columnType.Name, oddity))
			}
		}
	}
	problems := t.problems(f.MissingColumns)
	for _, u := range unreadable {
		problems = append(problems, u.Problem())
	}
	f.Problem = strings.Join(problems, ", and ")
	if len(unreadable) > 0 {
		f.Hint = biotrack.CastHint(unreadable)
	}
	return f
}

// problems lists why the table cannot be read, but for the types of its columns.
func (t table) problems(missing []string) (problems []string) {
	switch {
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
	if t.RowSecurity {
		problems = append(problems, "has row security, which may hide rows from the role")
	}
	if len(missing) > 0 {
		problems = append(problems, "lacks "+strings.Join(missing, ", "))
	}
	return problems
}

// oddity says what may go wrong with a type that can be read.
func oddity(t biotrack.Type, use biotrack.ColumnUse) string {
	whole := slices.Contains([]string{"int2", "int4", "int8"}, t.Name)
	switch {
	case use == biotrack.UseWhole && !whole:
		return "is expected to hold whole numbers alone"
	case (use == biotrack.UseAmount || use == biotrack.UseWeight) && t.Name != "numeric" && !whole:
		return "may not hold every amount exactly"
	}
	return ""
}

// table is one of the tables that are read, and what the catalog has by its name, if anything.
type table struct {
	biotrack.TableInfo
	*relation
	overridden bool
	// noXmin says why changes of the table cannot be found by transaction ids, empty where they can, or need not.
	noXmin string
}

// relation is something in the catalog that has the name of one of the tables. Its schema is quoted as an identifier.
type relation struct {
	OID          int64  `db:"oid"`
	RelName      string `db:"name"`
	Schema       string `db:"schema"`
	Rows         int64  `db:"rows"`
	Visible      bool   `db:"visible"`
	SchemaUsable bool   `db:"schema_usable"`
	InPath       bool   `db:"in_path"`
	Readable     bool   `db:"readable"`
	// RowSecurity says that policies decide which rows our role sees.
	RowSecurity bool `db:"row_security"`

	types map[string]biotrack.Type
}

// readTables finds each of the tables: the one that our session sees, else the one in the schema that has most of them.
func readTables(ctx context.Context, source *biotrack.Source) (found []table, now biotrack.State, err error) {
	var names []string
	for _, t := range biotrack.Tables() {
		names = append(names, t.Name)
	}
	var relations []relation
	if err := source.Select(ctx, opReadSchema, &relations, queries(), "tables.sql", source.Server(),
		pq.Array(names)); err != nil {
		return nil, now, err
	}
	var oids []int64
	byOID := make(map[int64]*relation)
	for i := range relations {
		r := &relations[i]
		r.Schema, r.types = source.Text(r.Schema), make(map[string]biotrack.Type)
		oids, byOID[r.OID] = append(oids, r.OID), r
	}
	var columns []struct {
		Table int64  `db:"table_oid"`
		Name  string `db:"name"`
		biotrack.Type
	}
	if err := source.Select(ctx, opReadSchema, &columns, queries(), "columns.sql", nil, pq.Array(oids)); err != nil {
		return nil, now, err
	}
	for _, c := range columns {
		byOID[c.Table].types[c.Name] = c.Type
	}
	var readable []string
	for _, info := range biotrack.Tables() {
		t := table{
			TableInfo: info, relation: choose(info.Name, relations), overridden: source.Layout().Overridden(info.Name),
		}
		// Products are read in full by each pass.
		if (info.Name == "customers" || info.Name == "tickets") && (t.overridden || t.relation != nil && t.Visible &&
			t.SchemaUsable && t.Readable && !t.RowSecurity) {
			readable = append(readable, info.Name)
		}
		found = append(found, t)
	}
	now, err = source.State(ctx, biotrack.Former{}, readable...)
	for i, t := range found {
		found[i].noXmin = now.Tables[t.Name].Relations.NoXmin
	}
	return found, now, err
}

// choose returns the relation that a table's name means, nil where there is none.
func choose(name string, relations []relation) (chosen *relation) {
	inSchema := make(map[string]int)
	for _, r := range relations {
		inSchema[r.Schema]++
	}
	for i := range relations {
		r := &relations[i]
		switch {
		case r.RelName != name:
		case r.Visible:
			return r
		case chosen == nil || inSchema[r.Schema] > inSchema[chosen.Schema]:
			chosen = r
		}
	}
	return chosen
}
