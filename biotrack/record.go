package biotrack

import (
	"database/sql"
	"errors"
)

// errRecord is a text that is no record of the columns asked for.
var errRecord = errors.New("not a record of the expected columns")

// record takes rows apart that the server sends as one value each, in the text form of a composite type: the driver then handles, and
// allocates for, one value a row rather than one a column.
// See https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX.
type record struct {
	cells []sql.RawBytes
	// text is the record as it came, and target where the driver is to put it.
	text   sql.RawBytes
	target []any
	// unquoted holds the values that stood with doubled characters.
	unquoted []byte
}

func newRecord(columns int) *record {
	r := &record{cells: make([]sql.RawBytes, columns)}
	r.target = []any{&r.text}
	return r
}

// scan sets the cells to the values of the row's one column.
func (r *record) scan(rows *sql.Rows) error {
	if err := rows.Scan(r.target...); err != nil {
		return &Error{Op: "read", Err: err}
	}
	if err := r.split(r.text); err != nil {
		return &Error{Op: "decode row of", Err: err}
	}
	return nil
}

// split sets the cells to a record's values, nil for NULL. They are valid until the record's text, or the next one, is.
func (r *record) split(text []byte) error {
	if len(text) < 2 || text[0] != '(' {
		return errRecord
	}
	r.unquoted = r.unquoted[:0]
	at := 1
	for i := range r.cells {
		cell, end := r.cell(text, at)
		last := byte(',')
		if i == len(r.cells)-1 {
			last = ')'
		}
		if end >= len(text) || text[end] != last {
			return errRecord
		}
		r.cells[i], at = cell, end+1
	}
	if at != len(text) {
		return errRecord
	}
	return nil
}

// cell reads one value, and returns the place of what follows it.
func (r *record) cell(text []byte, at int) (_ sql.RawBytes, end int) {
	if at < len(text) && text[at] == '"' {
		return r.quoted(text, at+1)
	}
	for end = at; end < len(text) && text[end] != ',' && text[end] != ')'; {
		end++
	}
	if end == at {
		return nil, end
	}
	return text[at:end:end], end
}

// quoted reads a value up to its closing quote. Quotes and backslashes within stand twice.
func (r *record) quoted(text []byte, at int) (_ sql.RawBytes, end int) {
	from, copied := at, len(r.unquoted)
	for ; at < len(text); at++ {
		c := text[at]
		if c != '"' && c != '\\' {
			continue
		}
		if at+1 < len(text) && text[at+1] == c {
			at++
			r.unquoted = append(r.unquoted, text[from:at]...)
			from = at + 1
			continue
		}
		if c == '"' {
			break
		}
	}
	if at >= len(text) {
		return nil, len(text)
	}
	if len(r.unquoted) == copied {
		return text[from:at:at], at + 1
	}
	r.unquoted = append(r.unquoted, text[from:at]...)
	return r.unquoted[copied:len(r.unquoted):len(r.unquoted)], at + 1
}
