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
	// Server and Relations are as sql/report_server.sql and sql/report_relations.sql have them.
	Server any `json:"server"`
	// Tables is how the program takes the tables, Relations what they are.
	Tables    []TableFacts    `json:"tables"`
	Relations []any           `json:"relations"`
	Samples   []Sample        `json:"samples"`
	Plans     []biotrack.Plan `json:"plans"`
}

// MakeReport reads the catalog, a sample of each table, and plans. It reads no table as a whole. Where the server
// refuses a sample or a plan, the report has its reason.
func MakeReport(ctx context.Context, source *biotrack.Source, locations []int64) (*Report, error) {
	r := &Report{}
	var names []string
	tables, _, err := readTables(ctx, source)
	for _, t := range tables {
		r.Tables, names = append(r.Tables, t.facts(source.Server().Version)), append(names, t.Name)
	}
	if err == nil {
		err = readJSON(ctx, source, func(server any) { r.Server = server }, "report_server.sql")
	}
	if err == nil {
		add := func(relation any) { r.Relations = append(r.Relations, shapeConditions(relation)) }
		err = readJSON(ctx, source, add, "report_relations.sql", pq.Array(names))
	}
	if err == nil {
		r.Samples, err = readSamples(ctx, source)
	}
	if err == nil {
		r.Plans, err = source.Plans(ctx, locations)
	}
	return r, err
}

// shapeConditions replaces the literals of the SQL in a relation.
func shapeConditions(relation any) any {
	fields, _ := relation.(map[string]any)
	for _, key := range []string{"definition", "partition", "partitioned_by"} {
		fields[key] = biotrack.ShapeLiterals(fields[key])
	}
	indexes, _ := fields["indexes"].([]any)
	for i := range indexes {
		indexes[i] = biotrack.ShapeLiterals(indexes[i])
	}
	return relation
}

// readJSON shows each row of a statement that returns JSON.
func readJSON(ctx context.Context, source *biotrack.Source, show func(any), name string, args ...any) error {
	var rows [][]byte
	err := source.Select(ctx, opReadSchema, &rows, queries(), name, source.Server(), args...)
	for _, row := range rows {
		var value any
		err = cmp.Or(err, json.Unmarshal(row, &value))
		show(value)
	}
	return err
}
