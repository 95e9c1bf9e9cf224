package blackbird

import (
	"bytes"
	"context"
	"slices"
)

// comparison is how a batch's rows are held against those of their table before anything is sent. What it does not find the same is
// compared again by the database, after the stage.
type comparison struct {
	// held reads the rows of some keys, as records whose first value is the key.
	held string
	// left are the columns that the records leave out.
	left []string
	// own are the columns that are not compared byte by byte.
	own map[string]func(ours, theirs []byte) bool
}

// Compare lets the pass take the store for one that holds most of what is to come.
func (p *Pass) Compare() { p.comparing = true }

// compare takes out of the batch the rows that the store holds as they are: to send what it has costs more than to ask for it.
func (p *Pass) compare(ctx context.Context, tx *txn, b *Batch, into target) error {
	if !p.comparing || b.rows.moved || b.Rows() == 0 {
		return nil
	}
	return p.session.store.dialect.held(ctx, tx.Tx, into.held, p.session.store.id, b.rows.keys(), func(theirs []byte) {
		key, _ := nextCell(theirs[1:])
		if at, ours := b.names.find(key); ours && into.same(b.rows.row(at), theirs) {
			b.rows.strike(at)
			b.spared++
		}
	})
}

// same tells whether a row and a record are surely the same.
func (t target) same(row, record []byte) bool {
	record = record[1:]
	row = row[:len(row)-1]
	for _, column := range t.columns {
		ours, rest, _ := bytes.Cut(row, []byte{'\t'})
		row = rest
		if slices.Contains(t.left, column) {
			continue
		}
		theirs, after := nextCell(record)
		if !t.sameCell(column, unescape(ours), theirs) {
			return false
		}
		record = after
	}
	return len(record) == 0
}

// sameCell compares one value, nil for NULL.
func (t target) sameCell(column string, ours, theirs []byte) bool {
	if (ours == nil) != (theirs == nil) {
		return false
	}
	if same := t.own[column]; same != nil {
		return same(ours, theirs)
	}
	return bytes.Equal(ours, theirs)
}

// nextCell reads a record's next value, nil for NULL, and what follows its comma or the record's closing parenthesis.
func nextCell(record []byte) (value, after []byte) {
	if len(record) > 0 && record[0] == '"' {
		return nextQuoted(record[1:])
	}
	end := 0
	for end < len(record) && record[end] != ',' && record[end] != ')' {
		end++
	}
	if end < len(record) {
		after = record[end+1:]
	}
	if end == 0 {
		return nil, after
	}
	return record[:end], after
}

// nextQuoted reads a value up to its closing quote. Quotes and backslashes within stand twice.
func nextQuoted(record []byte) (value, after []byte) {
	for {
		end := bytes.IndexAny(record, `"\`)
		switch {
		case end < 0:
			return append(value, record...), nil
		case end+1 < len(record) && record[end+1] == record[end]:
			value = append(value, record[:end+1]...)
			record = record[end+2:]
		case value == nil:
			return record[:end:end], record[min(end+2, len(record)):]
		default:
			return append(value, record[:end]...), record[min(end+2, len(record)):]
		}
	}
}

// sameStatus compares what statuses say apart from refunds.
func sameStatus(ours, theirs []byte) bool { return unsettled(string(ours)) == string(theirs) }

// sameTime compares a time of a whole second in our form and in PostgreSQL's.
func sameTime(ours, theirs []byte) bool {
	const day, clock = len("2006-01-02"), len("15:04:05")
	return len(ours) == len(timeFormat) && len(theirs) == day+1+clock+len("+00") &&
		bytes.Equal(ours[:day], theirs[:day]) && bytes.Equal(ours[day+1:][:clock], theirs[day+1:][:clock]) &&
		string(ours[day+1+clock:]) == ".000000Z" && string(theirs[day+1+clock:]) == "+00"
}
