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
	// OrderUnknown is an order of which the ledger has points, and which the store does not have.
	OrderUnknown = "order_unknown"
	// TermsDamaged is an order whose points were not calculated by the terms that the ledger has of it. No repair
	// touches it.
	TermsDamaged = "terms_damaged"
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
	var fields []string
	for _, column := range table.Content() {
		fields = append(fields, column.Name)
	}
	columns := len(table.Keys) + 1 + len(fields)
	return t.each(ctx, table.Statement("differences"), nil, columns, func(c *cells) error {
		d := Difference{Key: c.text()}
		if len(table.Keys) > 1 {
			d.Location = c.number()
		}
		p.watch(c.difference(d, fields))
		return nil
	})
}

// difference takes whether a row is missing, and in which of the fields it differs.
func (c *cells) difference(d Difference, fields []string) Difference {
	if d.Kind = Differs; c.isTrue() {
		d.Kind = Missing
		return d
	}
	for _, field := range fields {
		if c.isTrue() {
			d.Fields = append(d.Fields, field)
		}
	}
	return d
}
