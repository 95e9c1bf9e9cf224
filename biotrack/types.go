package biotrack

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
)

// Type is a column's type and its category, as pg_type has them.
type Type struct {
	Name     string `db:"type_name"`
	Category string `db:"category"`
}

// readable reports whether a column of the type can be read for a use. A boolean is no flag, and a timestamp no time:
// SQL compares neither with a number. Money is compared with nothing.
func (t Type) readable(use ColumnUse) bool {
	number, text := t.Category == "N" && t.Name != "money", t.Category == "S"
	switch use {
	case UseKey:
		return text
	case UseWhole, UseWeight:
		return number
	case UseAmount:
		return number || text
	case UseText:
	}
	return true
}

// Unreadable is a column of a type that cannot be read for what the column is used for.
type Unreadable struct {
	Table string
	Column
	Type Type
}

// Unreadable returns the column if it cannot be read as the type.
func (c Column) Unreadable(table string, t Type) (Unreadable, bool) {
	return Unreadable{Table: table, Column: c, Type: t}, !t.readable(c.Use)
}

// Problem says what is wrong, after the table's name.
func (u Unreadable) Problem() string {
	return fmt.Sprintf("has %s of type %s, which cannot be read", u.Name, u.Type.Name)
}

// CastHint says how SELECTs in place of the tables make columns readable, one for each table.
func CastHint(columns []Unreadable) string {
	var hints []string
	casts, zone := make(map[string][]string), ""
	for _, u := range columns {
		casts[u.Table] = append(casts[u.Table], u.cast())
		if u.withoutZone() {
			zone = "; name the till's own time zone"
		}
	}
	for _, table := range slices.Sorted(maps.Keys(casts)) {
		hints = append(hints, "--source-sql "+table+"=FILE, with "+strings.Join(casts[table], ", "))
	}
	return "read it through a SELECT in place of the table, " + strings.Join(hints, "; and ") + zone
}

// withoutZone reports whether the column is a time of which only the shop knows the zone.
func (u Unreadable) withoutZone() bool {
	return u.Use != UseKey && (u.Type.Name == "timestamp" || u.Type.Name == "date")
}

// cast is the SQL that makes the column readable, under its name.
func (u Unreadable) cast() string {
	value := "CAST(%[1]s AS numeric)"
	switch {
	case u.Use == UseKey:
		value = "CAST(%[1]s AS text)"
	case u.Type.Category == "B":
		value = "CAST(%[1]s AS integer)"
	case u.withoutZone():
		value = "CAST(extract(epoch FROM CAST(%[1]s AS timestamp) AT TIME ZONE 'America/Denver') AS bigint)"
	case u.Type.Category == "D":
		value = "CAST(extract(epoch FROM %[1]s) AS bigint)"
	}
	return fmt.Sprintf(value+" AS %[1]s", u.Name)
}

// columnTypes returns the type of each column that a SELECT returns.
func (s *Source) columnTypes(ctx context.Context, query string) (map[string]Type, error) {
	types := make(map[string]Type)
	return types, s.read(ctx, "read columns", func(tx *sqlx.Tx) error {
		names, err := columnNames(ctx, tx, query)
		if err != nil {
			return err
		}
		var known []Type
		var typeNames []string
		for _, name := range names {
			typeNames = append(typeNames, name)
		}
		if err := selectRows(ctx, tx, &known, "types.sql", nil, pq.Array(typeNames)); err != nil {
			return err
		}
		for column, name := range names {
			// A type that the driver has no name for is none of the server's own: an extension's text, such as citext.
			types[column] = Type{Name: name, Category: "S"}
			for _, t := range known {
				if t.Name == name {
					types[column] = t
				}
			}
		}
		return nil
	})
}

// columnNames returns the name of the type of each column that a SELECT returns.
func columnNames(ctx context.Context, tx *sqlx.Tx, query string) (map[string]string, error) {
	// The line's end ends a comment that the query may end with.
	rows, err := tx.QueryContext(ctx, "SELECT * FROM ("+query+"\n) q LIMIT 0")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	names := make(map[string]string)
	for _, c := range columns {
		names[c.Name()] = strings.ToLower(c.DatabaseTypeName())
	}
	return names, rows.Err()
}
