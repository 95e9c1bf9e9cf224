package blackbird

import (
	"context"
	"fmt"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// The ways in which a row of the store may be other than it should.
const (
	// Missing is a row that the store lacks.
	Missing = "missing"
	// Differs is a row whose fields are not what they should be.
	Differs = "differs"
	// Surplus is a row that the source no longer has.
	Surplus = "surplus"
)

// Difference is a row that the store does not hold as it should. It has no values, for these may be a person's.
type Difference struct {
	Key string `json:"key"`
	// Location is an order's: ids are unique at a location only. It is 0 for other rows.
	Location int64 `json:"location_id,omitempty"`
	// Serial is the serial of an order that the source no longer has.
	Serial int64    `json:"-"`
	Kind   string   `json:"difference"`
	Fields []string `json:"fields,omitempty"`
	// Derived says that the row differs in what the store derives from its other rows: the source has no part in it.
	Derived bool `json:"-"`
}

// Row returns the key of the row, without its serial.
func (d *Difference) Row() model.Key { return model.Key{Name: d.Key, Location: d.Location} }

// Name returns the key as people read it. Location 1, the only one of most tills, goes without saying.
func (d *Difference) Name() string {
	if d.Location <= 1 {
		return d.Key
	}
	return fmt.Sprintf("%s at location %d", d.Key, d.Location)
}

// Watch lets the pass report each row that it finds different before it writes it. Merges may report at the same time.
func (p *Pass) Watch(report func(...Difference)) { p.watch = report }

// reportStaged reports the rows that are staged after those were dropped that the store holds as they are.
func (p *Pass) reportStaged(ctx context.Context, t *tx, table *Table) error {
	if p.watch == nil {
		return nil
	}
	rows, err := t.rows(ctx, table.Statement("differences"), nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	var d Difference
	var missing bool
	fields := make([]string, 0, len(table.Content()))
	for _, column := range table.Content() {
		fields = append(fields, column.Name)
	}
	differ := make([]bool, len(fields))
	targets := append([]any{&d.Key, &d.Location}[:len(table.Keys)], &missing)
	for i := range differ {
		targets = append(targets, &differ[i])
	}
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return err
		}
		p.watch(newDifference(d, missing, fields, differ))
	}
	return rows.Err()
}

// newDifference returns the difference of a row that is missing, or of which some fields differ.
func newDifference(d Difference, missing bool, fields []string, differ []bool) Difference {
	if d.Kind = Missing; missing {
		return d
	}
	d.Kind = Differs
	for i, field := range fields {
		if differ[i] {
			d.Fields = append(d.Fields, field)
		}
	}
	return d
}
