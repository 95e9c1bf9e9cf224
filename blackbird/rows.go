package blackbird

import (
	"strconv"
	stdsync "sync"
	"time"
)

// table is a table and the columns that a load fills, in order.
type table struct {
	name    string
	columns []string
	// repeats says that a row may come twice and counts once.
	repeats bool
}

// rowSink gathers rows for one bulk load, value by value in the order of the table's columns.
type rowSink interface {
	// text appends a text, NULL where it is nil. The bytes are copied.
	text(v []byte)
	// words appends a text that is never NULL.
	words(v string)
	int(v int64)
	bool(v bool)
	cents(v Cents)
	time(v time.Time)
	// end closes the row.
	end()
	// rows is how many rows there are.
	rows() int
	// reset forgets the rows and keeps the memory.
	reset()
}

// blockSize is what a COPY message carries: larger ones gain nothing.
const blockSize = 32 << 10

var blockPool = stdsync.Pool{New: func() any { return new(make([]byte, 0, blockSize+4<<10)) }}

// copyRows gathers rows as COPY's text format, in blocks that end at a row's end.
type copyRows struct {
	full  [][]byte
	block []byte
	count int
	begun bool
}

func (r *copyRows) field() {
	if r.begun {
		r.block = append(r.block, '\t')
		return
	}
	r.begun = true
	if r.block == nil {
		r.block = (*blockPool.Get().(*[]byte))[:0]
	}
}

func (r *copyRows) text(v []byte) {
	r.field()
	if v == nil {
		r.block = append(r.block, '\\', 'N')
		return
	}
	r.block = appendEscaped(r.block, v)
}

func (r *copyRows) words(v string) { r.text([]byte(v)) }

func (r *copyRows) int(v int64) {
	r.field()
	r.block = strconv.AppendInt(r.block, v, 10)
}

func (r *copyRows) bool(v bool) {
	r.field()
	r.block = append(r.block, map[bool]byte{true: 't', false: 'f'}[v])
}

func (r *copyRows) cents(v Cents) {
	r.field()
	r.block = v.append(r.block)
}

func (r *copyRows) time(v time.Time) {
	r.field()
	r.block = v.UTC().AppendFormat(r.block, timeFormat)
}

func (r *copyRows) end() {
	r.block = append(r.block, '\n')
	r.begun = false
	r.count++
	if len(r.block) >= blockSize {
		r.full = append(r.full, r.block)
		r.block = nil
	}
}

// finished returns the blocks, none of them empty.
func (r *copyRows) finished() [][]byte {
	if len(r.block) > 0 {
		r.full = append(r.full, r.block)
		r.block = nil
	}
	return r.full
}

func (r *copyRows) rows() int { return r.count }

func (r *copyRows) reset() {
	for _, b := range r.finished() {
		blockPool.Put(&b)
	}
	*r = copyRows{full: r.full[:0]}
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

// valueRows gathers rows as bound values.
type valueRows struct {
	values []any
	count  int
}

func (r *valueRows) text(v []byte) {
	if v == nil {
		r.values = append(r.values, nil)
		return
	}
	r.values = append(r.values, string(v))
}

func (r *valueRows) words(v string)   { r.values = append(r.values, v) }
func (r *valueRows) int(v int64)      { r.values = append(r.values, v) }
func (r *valueRows) bool(v bool)      { r.values = append(r.values, v) }
func (r *valueRows) cents(v Cents)    { r.values = append(r.values, v.String()) }
func (r *valueRows) time(v time.Time) { r.values = append(r.values, v.UTC().Format(timeFormat)) }
func (r *valueRows) end()             { r.count++ }
func (r *valueRows) rows() int        { return r.count }

func (r *valueRows) reset() {
	clear(r.values)
	r.values, r.count = r.values[:0], 0
}
