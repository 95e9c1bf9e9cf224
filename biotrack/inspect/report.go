package inspect

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/lib/pq"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// Report is what a developer needs to know of a server that is unlike others. It holds no value of a row: texts are
// replaced by their shapes, and so are the literals of conditions. Names of databases, roles and hosts are left out.
type Report struct {
	Server ServerReport `json:"server"`
	// Tables is how the program takes the tables, Relations what they are.
	Tables    []TableFacts    `json:"tables"`
	Relations []Relation      `json:"relations"`
	Samples   []Sample        `json:"samples"`
	Plans     []biotrack.Plan `json:"plans"`
}

// ServerReport is the server, and the database's own defaults.
type ServerReport struct {
	Version  string `json:"version"`
	Encoding string `json:"encoding"`
	Collate  string `json:"collate"`
	CType    string `json:"ctype"`
	Standby  bool   `json:"standby"`
	// Superuser says that our role is one.
	Superuser bool `json:"superuser"`
	// SessionSeconds is the age of our session of the server: an old one is a pooler's.
	SessionSeconds int64             `json:"session_seconds"`
	Settings       map[string]string `json:"settings"`
	Extensions     []string          `json:"extensions"`
}

// Relation is a table, a view, or what either reads.
type Relation struct {
	Name   string `json:"name"`
	Schema string `json:"schema"`
	// Kind is PostgreSQL's letter: r for a table, p for a partitioned one, v for a view, m for a materialized one, f
	// for a foreign table.
	Kind string `json:"kind"`
	// Visible says that our session finds it without its schema.
	Visible       bool  `json:"visible"`
	EstimatedRows int64 `json:"estimated_rows"`
	Pages         int64 `json:"pages"`
	// Privileges are those of our role.
	Privileges []string `json:"privileges"`
	// RowSecurity says that there are policies, RowsHidden that they hide rows from our role.
	RowSecurity bool `json:"row_security"`
	RowsHidden  bool `json:"rows_hidden"`
	// PartitionedBy is the key of a partitioned table, Partition which of its parent's rows a partition has.
	PartitionedBy string   `json:"partitioned_by,omitempty"`
	Partition     string   `json:"partition,omitempty"`
	Parents       []string `json:"parents"`
	// Definition is a view's SELECT.
	Definition string           `json:"definition,omitempty"`
	Columns    []RelationColumn `json:"columns"`
	Indexes    []Index          `json:"indexes"`
	Triggers   []string         `json:"triggers"`
}

// RelationColumn is a column of a relation, in their order.
type RelationColumn struct {
	Name    string `json:"name"`
	Type    string `json:"type"`
	NotNull bool   `json:"not_null"`
}

// Index is an index of a relation. Its definition is a statement that creates it.
type Index struct {
	Name       string `json:"name"`
	Definition string `json:"definition"`
	Primary    bool   `json:"primary"`
	Valid      bool   `json:"valid"`
}

const opReport = "read report"

// MakeReport reads the catalog, a sample of each table, and plans. It reads no table as a whole. Where the server
// refuses a sample or a plan, the report has its reason.
func MakeReport(ctx context.Context, source *biotrack.Source, locations []int64) (r *Report, err error) {
	r = &Report{}
	var names []string
	tables, _, err := readTables(ctx, source)
	for _, t := range tables {
		r.Tables, names = append(r.Tables, t.facts(source.Server().Version)), append(names, t.Name)
	}
	if err == nil {
		err = readJSON(ctx, source, func(text []byte) error { return json.Unmarshal(text, &r.Server) },
			"report_server.sql")
	}
	if err == nil {
		err = readJSON(ctx, source, r.addRelation, "report_relations.sql", pq.Array(names))
	}
	if err == nil {
		r.Samples, err = readSamples(ctx, source)
	}
	if err == nil {
		r.Plans, err = source.Plans(ctx, locations)
	}
	return r, err
}

func (r *Report) addRelation(text []byte) error {
	var found Relation
	if err := json.Unmarshal(text, &found); err != nil {
		return err
	}
	for _, sql := range []*string{&found.PartitionedBy, &found.Partition, &found.Definition} {
		*sql = biotrack.ShapeSQL(*sql)
	}
	for i := range found.Indexes {
		found.Indexes[i].Definition = biotrack.ShapeSQL(found.Indexes[i].Definition)
	}
	r.Relations = append(r.Relations, found)
	return nil
}

// readJSON shows each row of a statement that returns JSON.
func readJSON(
	ctx context.Context, source *biotrack.Source, show func([]byte) error, name string, args ...any,
) error {
	var rows [][]byte
	err := source.Select(ctx, opReport, &rows, queries(), name, source.Server(), args...)
	for _, row := range rows {
		err = cmp.Or(err, show(row))
	}
	return err
}
