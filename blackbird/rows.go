package blackbird

import (
	"bytes"
	"slices"
	"strconv"
	"time"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

const (
	// blockSize is what a COPY message carries: larger ones gain nothing.
	blockSize = 32 << 10
	// rowRoom is what most rows fit into: a block with less room left is full, and need not grow.
	rowRoom = 512
)

// Rows gathers rows for one bulk load, value by value in the order of the table's columns. It holds them in the text
// format of PostgreSQL's COPY, in blocks that end at a row's end: a compact form for either database.
type Rows struct {
	full  [][]byte
	block []byte
	// free are blocks that were used before.
	free  [][]byte
	count int
	// inRow says that the row being written has a value already.
	inRow bool
	// dropped is how many rows are still in the blocks and count no more.
	dropped int
	// compacted says that rows do not begin where they did.
	compacted bool
}

// rowPosition is where a row begins.
type rowPosition struct{ block, offset int32 }

// next is where the next row will begin.
func (r *Rows) next() rowPosition {
	return rowPosition{block: int32(len(r.full)), offset: int32(len(r.block))}
}

// row returns the row at a position, with its newline.
func (r *Rows) row(at rowPosition) []byte {
	block := r.block
	if int(at.block) < len(r.full) {
		block = r.full[at.block]
	}
	block = block[at.offset:]
	return block[:bytes.IndexByte(block, '\n')+1]
}

// nameOf returns the second value of a row: the first is the store's id.
func nameOf(row []byte) []byte {
	_, name, _ := bytes.Cut(row, []byte{'\t'})
	return unescape(name[:bytes.IndexByte(name, '\t')])
}

// names returns the name of each row.
func (r *Rows) names() []string {
	names := make([]string, 0, r.count)
	for _, block := range slices.Concat(r.full, [][]byte{r.block}) {
		for line := range bytes.Lines(block) {
			if line[0] != droppedMark {
				names = append(names, string(nameOf(line)))
			}
		}
	}
	return names
}

// droppedMark is what a row begins with that counts no more: no text of a database does.
const droppedMark = 0

// drop takes out the row at a position.
func (r *Rows) drop(at rowPosition) {
	r.row(at)[0] = droppedMark
	r.dropped++
	r.count--
}

func (r *Rows) startValue() {
	if r.inRow {
		r.block = append(r.block, '\t')
		return
	}
	r.inRow = true
	if r.block == nil {
		if n := len(r.free); n > 0 {
			r.block, r.free = r.free[n-1][:0], r.free[:n-1]
		} else {
			r.block = make([]byte, 0, blockSize)
		}
	}
}

// appendText appends a text, NULL where it is nil. The bytes are copied.
func (r *Rows) appendText(v []byte) {
	r.startValue()
	if v == nil {
		r.block = append(r.block, '\\', 'N')
		return
	}
	r.block = appendEscaped(r.block, v)
}

// appendString appends a text that is never NULL.
func (r *Rows) appendString(v string) { r.appendText([]byte(v)) }

func (r *Rows) appendKey(k model.Key) {
	r.appendString(k.Name)
	r.appendInt(k.Location)
	r.appendInt(k.Serial)
	r.endRow()
}

func (r *Rows) appendContact(c *model.Contact) {
	r.appendText(c.FirstName)
	r.appendText(c.LastName)
	r.appendText(c.Email)
	r.appendText(c.Phone)
}

func (r *Rows) appendInt(v int64) {
	r.startValue()
	r.block = strconv.AppendInt(r.block, v, 10)
}

// appendTimeOrNull appends a time, NULL where it is zero.
func (r *Rows) appendTimeOrNull(v time.Time) {
	if v.IsZero() {
		r.appendText(nil)
		return
	}
	r.appendTime(v)
}

// appendIntOrNull appends a number, NULL where it is nil.
func (r *Rows) appendIntOrNull(v *int64) {
	if v == nil {
		r.appendText(nil)
		return
	}
	r.appendInt(*v)
}

func (r *Rows) appendBool(v bool) {
	r.startValue()
	r.block = append(r.block, map[bool]byte{true: '1', false: '0'}[v])
}

func (r *Rows) appendCents(v model.Cents) {
	r.startValue()
	r.block = v.AppendTo(r.block)
}

func (r *Rows) appendTime(v time.Time) {
	r.startValue()
	r.block = appendTime(r.block, v)
}

// appendTime writes a time in timeFormat; by the standard library's own layout, which is several times faster than any
// other.
func appendTime(to []byte, v time.Time) []byte {
	to = v.UTC().AppendFormat(to, time.RFC3339)
	to[len(to)-1] = '.'
	micros := v.Nanosecond() / 1000
	for unit := 100_000; unit > 0; unit /= 10 {
		to = append(to, byte('0'+micros/unit%10))
	}
	return append(to, 'Z')
}

// endRow ends the row.
func (r *Rows) endRow() {
	r.block = append(r.block, '\n')
	r.inRow = false
	r.count++
	if len(r.block) > blockSize-rowRoom {
		r.full = append(r.full, r.block)
		r.block = nil
	}
}

// Blocks returns the blocks, none of them empty.
func (r *Rows) Blocks() [][]byte {
	if len(r.block) > 0 {
		r.full = append(r.full, r.block)
		r.block = nil
	}
	if r.dropped > 0 {
		r.compact()
	}
	return r.full
}

// compact closes the gaps that dropped rows have left.
func (r *Rows) compact() {
	blocks := r.full
	r.full, r.dropped, r.compacted = r.full[:0], 0, true
	for _, block := range blocks {
		left := block[:0]
		for line := range bytes.Lines(block) {
			if line[0] != droppedMark {
				left = append(left, line...)
			}
		}
		if len(left) == 0 {
			r.free = append(r.free, left)
			continue
		}
		r.full = append(r.full, left)
	}
}

// Each calls visit with each row's values, nil for NULL; the slice is the same each time.
func (r *Rows) Each(visit func(values []any) error) error {
	var values []any
	for _, block := range r.Blocks() {
		for line := range bytes.Lines(block) {
			values = values[:0]
			for field := range bytes.SplitSeq(line[:len(line)-1], []byte{'\t'}) {
				if text := unescape(field); text != nil {
					values = append(values, string(text))
				} else {
					values = append(values, nil)
				}
			}
			if err := visit(values); err != nil {
				return err
			}
		}
	}
	return nil
}

// reset forgets the rows and keeps the memory.
func (r *Rows) reset() {
	r.free = append(r.free, r.Blocks()...)
	*r = Rows{full: r.full[:0], free: r.free}
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

// escaped maps what follows a backslash to the character that it means.
var escaped = map[byte]byte{'\\': '\\', 't': '\t', 'n': '\n', 'r': '\r'}
