package blackbird

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

// table is a table and the columns that a load fills, in order.
type table struct {
	name    string
	columns []string
	// repeats says that a row may come twice and counts once.
	repeats bool
}

const (
	// blockSize is what a COPY message carries: larger ones gain nothing.
	blockSize = 32 << 10
	// rowRoom is what most rows fit into: a block with less room left is full, and need not grow.
	rowRoom = 512
)

// rows gathers rows for one bulk load, value by value in the order of the table's columns. It holds them in the text format of
// PostgreSQL's COPY, in blocks that end at a row's end: a compact form for either database.
type rows struct {
	full  [][]byte
	block []byte
	// kept are blocks that were used before.
	kept  [][]byte
	count int
	begun bool
	// struck is how many rows are still in the blocks and count no more.
	struck int
	// moved says that rows do not begin where they did.
	moved bool
}

// spot is where a row begins.
type spot struct{ block, offset int32 }

// next is where the next row will begin.
func (r *rows) next() spot { return spot{block: int32(len(r.full)), offset: int32(len(r.block))} }

// row returns the row at a spot, with its newline.
func (r *rows) row(at spot) []byte {
	block := r.block
	if int(at.block) < len(r.full) {
		block = r.full[at.block]
	}
	block = block[at.offset:]
	return block[:bytes.IndexByte(block, '\n')+1]
}

// keys returns the second value of each row: the first is the store's id.
func (r *rows) keys() []string {
	keys := make([]string, 0, r.count)
	for _, block := range slices.Concat(r.full, [][]byte{r.block}) {
		for line := range bytes.Lines(block) {
			if line[0] != struckOut {
				_, key, _ := bytes.Cut(line, []byte{'\t'})
				keys = append(keys, string(unescape(key[:bytes.IndexByte(key, '\t')])))
			}
		}
	}
	return keys
}

// struckOut is what a row begins with that counts no more: no text of a database does.
const struckOut = 0

// strike takes out the row at a spot.
func (r *rows) strike(at spot) {
	r.row(at)[0] = struckOut
	r.struck++
	r.count--
}

func (r *rows) field() {
	if r.begun {
		r.block = append(r.block, '\t')
		return
	}
	r.begun = true
	if r.block == nil {
		r.block = r.spare()
	}
}

// text appends a text, NULL where it is nil. The bytes are copied.
func (r *rows) text(v []byte) {
	r.field()
	if v == nil {
		r.block = append(r.block, '\\', 'N')
		return
	}
	r.block = appendEscaped(r.block, v)
}

// words appends a text that is never NULL.
func (r *rows) words(v string) { r.text([]byte(v)) }

func (r *rows) int(v int64) {
	r.field()
	r.block = strconv.AppendInt(r.block, v, 10)
}

func (r *rows) bool(v bool) {
	r.field()
	r.block = append(r.block, map[bool]byte{true: '1', false: '0'}[v])
}

func (r *rows) cents(v model.Cents) {
	r.field()
	r.block = v.AppendTo(r.block)
}

func (r *rows) time(v time.Time) {
	r.field()
	r.block = appendTime(r.block, v)
}

// appendTime writes a time in timeFormat; by the standard library's own layout, which is several times faster than any other.
func appendTime(to []byte, v time.Time) []byte {
	to = v.UTC().AppendFormat(to, time.RFC3339)
	to[len(to)-1] = '.'
	micros := v.Nanosecond() / 1000
	for unit := 100_000; unit > 0; unit /= 10 {
		to = append(to, byte('0'+micros/unit%10))
	}
	return append(to, 'Z')
}

// end closes the row.
func (r *rows) end() {
	r.block = append(r.block, '\n')
	r.begun = false
	r.count++
	if len(r.block) > blockSize-rowRoom {
		r.full = append(r.full, r.block)
		r.block = nil
	}
}

// finished returns the blocks, none of them empty.
func (r *rows) finished() [][]byte {
	if len(r.block) > 0 {
		r.full = append(r.full, r.block)
		r.block = nil
	}
	if r.struck > 0 {
		r.close()
	}
	return r.full
}

// close closes the gaps that struck rows have left.
func (r *rows) close() {
	blocks := r.full
	r.full, r.struck, r.moved = r.full[:0], 0, true
	for _, block := range blocks {
		left := block[:0]
		for line := range bytes.Lines(block) {
			if line[0] != struckOut {
				left = append(left, line...)
			}
		}
		if len(left) == 0 {
			r.kept = append(r.kept, left)
			continue
		}
		r.full = append(r.full, left)
	}
}

// each calls visit with each row's values, nil for NULL; the slice is the same each time.
func (r *rows) each(visit func(values []any) error) error {
	var values []any
	for _, block := range r.finished() {
		for line := range bytes.Lines(block) {
			values = values[:0]
			for field := range bytes.SplitSeq(line[:len(line)-1], []byte{'\t'}) {
				values = append(values, value(field))
			}
			if err := visit(values); err != nil {
				return err
			}
		}
	}
	return nil
}

// spare returns an empty block.
func (r *rows) spare() []byte {
	if n := len(r.kept); n > 0 {
		block := r.kept[n-1]
		r.kept = r.kept[:n-1]
		return block[:0]
	}
	return make([]byte, 0, blockSize)
}

// reset forgets the rows and keeps the memory.
func (r *rows) reset() {
	r.kept = append(r.kept, r.finished()...)
	*r = rows{full: r.full[:0], kept: r.kept}
}

// appendEscaped writes text as COPY reads it: the delimiters and the backslash itself are escaped.
func appendEscaped(to, v []byte) []byte {
	from := 0
	for i, c := range v {
		var escape byte
		switch c {
		case '\\':
			escape = '\\'
		case '\t':
			escape = 't'
		case '\n':
			escape = 'n'
		case '\r':
			escape = 'r'
		default:
			continue
		}
		to = append(to, v[from:i]...)
		to = append(to, '\\', escape)
		from = i + 1
	}
	return append(to, v[from:]...)
}

// value is a field as a value to bind: nil for NULL.
func value(field []byte) any {
	text := unescape(field)
	if text == nil {
		return nil
	}
	return string(text)
}

// unescape reads what appendEscaped wrote, nil for NULL. Where nothing is escaped it is the field itself.
func unescape(field []byte) []byte {
	if !bytes.Contains(field, []byte{'\\'}) {
		return field
	}
	if string(field) == `\N` {
		return nil
	}
	text := make([]byte, 0, len(field))
	for i := 0; i < len(field); i++ {
		c := field[i]
		if c == '\\' {
			i++
			c = escaped[field[i]]
		}
		text = append(text, c)
	}
	return text
}

// escaped is what stands behind a backslash for each delimiter.
var escaped = map[byte]byte{'\\': '\\', 't': '\t', 'n': '\n', 'r': '\r'}
