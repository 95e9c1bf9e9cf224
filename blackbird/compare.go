package blackbird

import (
	"bytes"
	"context"
	"slices"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
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
	record := model.NewRecord(len(into.columns) - len(into.left))
	return p.session.store.dialect.held(ctx, tx.Tx, into.held, p.session.store.id, b.rows.keys(), func(text []byte) error {
		if err := record.Split(text); err != nil {
			return err
		}
		if at, ours := b.names.find(record.Cells[0]); ours && into.same(b.rows.row(at), record.Cells) {
			b.rows.strike(at)
			b.spared++
		}
		return nil
	})
}

// same reports whether a row and a stored row's values are surely the same.
func (t target) same(row []byte, theirs [][]byte) bool {
	row = row[:len(row)-1]
	for _, column := range t.columns {
		ours, rest, _ := bytes.Cut(row, []byte{'\t'})
		row = rest
		if slices.Contains(t.left, column) {
			continue
		}
		if len(theirs) == 0 || !t.sameCell(column, unescape(ours), theirs[0]) {
			return false
		}
		theirs = theirs[1:]
	}
	return true
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

// sameStatus compares what statuses say apart from refunds.
func sameStatus(ours, theirs []byte) bool {
	return string(model.OrderStatus(ours).Base()) == string(theirs)
}

// sameTime compares a time of a whole second in our form and in PostgreSQL's.
func sameTime(ours, theirs []byte) bool {
	const day, clock = len("2006-01-02"), len("15:04:05")
	return len(ours) == len(timeFormat) && len(theirs) == day+1+clock+len("+00") &&
		bytes.Equal(ours[:day], theirs[:day]) && bytes.Equal(ours[day+1:][:clock], theirs[day+1:][:clock]) &&
		string(ours[day+1+clock:]) == ".000000Z" && string(theirs[day+1+clock:]) == "+00"
}
