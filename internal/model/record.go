package model

import "errors"

// ErrRecord is returned for a text that is no record of the expected number of columns.
var ErrRecord = errors.New("not a record of the expected columns")

// Record splits rows that a PostgreSQL server sends as one value each, in the text form of a composite type. The driver
// then handles, and allocates, one value a row and not one a column. See
// https://www.postgresql.org/docs/current/rowtypes.html#ROWTYPES-IO-SYNTAX.
type Record struct {
	// Cells are the values of the last text split, nil for NULL. They are valid as long as that text is, and until the
	// next Split.
	Cells [][]byte
	// unquoted holds the values that had doubled characters.
	unquoted []byte
}

// NewRecord returns a splitter of records with the given number of columns.
func NewRecord(columns int) *Record { return &Record{Cells: make([][]byte, columns)} }

// Split sets Cells to the record's values. The error is ErrRecord.
func (r *Record) Split(text []byte) error {
	if len(text) < 2 || text[0] != '(' {
		return ErrRecord
	}
	r.unquoted = r.unquoted[:0]
	at := 1
	for i := range r.Cells {
		var cell []byte
		end := at
		if at < len(text) && text[at] == '"' {
			cell, end = r.quoted(text, at+1)
		} else {
			for end < len(text) && text[end] != ',' && text[end] != ')' {
				end++
			}
			if end > at {
				cell = text[at:end:end]
			}
		}
		last := byte(',')
		if i == len(r.Cells)-1 {
			last = ')'
		}
		if end >= len(text) || text[end] != last {
			return ErrRecord
		}
		r.Cells[i], at = cell, end+1
	}
	if at != len(text) {
		return ErrRecord
	}
	return nil
}

// quoted reads a value up to its closing quote. Quotes and backslashes within are doubled.
func (r *Record) quoted(text []byte, at int) (_ []byte, end int) {
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
