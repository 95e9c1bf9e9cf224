package biotracktest

import (
	"strconv"
	"strings"
	"time"
)

// row writes rows in the text form of COPY, one field after the other.
type row struct {
	buf   []byte
	fresh bool // no field has been written to this row yet
	rows  int  // how many rows have been ended
}

// null is the flag value that is written as NULL.
const null = -1

// sep sets a field off from the one before.
func (r *row) sep() {
	if !r.fresh {
		r.buf = append(r.buf, '\t')
	}
	r.fresh = false
}

// null writes NULL.
func (r *row) null() {
	r.sep()
	r.buf = append(r.buf, `\N`...)
}

// text writes a text, escaped as COPY wants it.
func (r *row) text(s string) {
	r.sep()
	if !strings.ContainsAny(s, "\\\t\n\r") {
		r.buf = append(r.buf, s...)
		return
	}
	for _, b := range []byte(s) {
		switch b {
		case '\\':
			r.buf = append(r.buf, `\\`...)
		case '\t':
			r.buf = append(r.buf, `\t`...)
		case '\n':
			r.buf = append(r.buf, `\n`...)
		case '\r':
			r.buf = append(r.buf, `\r`...)
		default:
			r.buf = append(r.buf, b)
		}
	}
}

// textOrNull writes a text, or NULL for the empty one.
func (r *row) textOrNull(s string) {
	if s == "" {
		r.null()
		return
	}
	r.text(s)
}

// windows writes a text in the bytes of Windows-1252, as escapes: the server does not check those against the client's
// encoding, so that they reach a database without an encoding as they are.
func (r *row) windows(s string) {
	r.sep()
	for _, c := range s {
		switch {
		case c < 0x80:
			r.buf = append(r.buf, byte(c))
		case c == '’':
			r.buf = append(r.buf, `\x92`...)
		default:
			r.buf = append(r.buf, `\x`...)
			r.buf = strconv.AppendInt(r.buf, int64(c), 16)
		}
	}
}

// int writes a whole number.
func (r *row) int(v int64) {
	r.sep()
	r.buf = strconv.AppendInt(r.buf, v, 10)
}

// intOrNull writes a whole number, or NULL for 0.
func (r *row) intOrNull(v int64) {
	if v == 0 {
		r.null()
		return
	}
	r.int(v)
}

// flag writes a smallint of 0 or 1, or NULL.
func (r *row) flag(v int8) {
	if v == null {
		r.null()
		return
	}
	r.int(int64(v))
}

// money writes an amount of cents.
func (r *row) money(cents int64) {
	r.sep()
	r.buf = appendCents(r.buf, cents)
}

// time writes a timestamp without time zone.
func (r *row) time(t time.Time) {
	r.sep()
	r.buf = t.UTC().AppendFormat(r.buf, "2006-01-02 15:04:05")
}

// end ends the row.
func (r *row) end() {
	r.buf = append(r.buf, '\n')
	r.fresh = true
	r.rows++
}

// raw writes what is in the form of COPY already.
func (r *row) raw(s string) {
	r.sep()
	r.buf = append(r.buf, s...)
}

// appendCents appends cents as a decimal.
func appendCents(buf []byte, cents int64) []byte {
	if cents < 0 {
		buf, cents = append(buf, '-'), -cents
	}
	buf = strconv.AppendInt(buf, cents/100, 10)
	return append(buf, '.', byte('0'+cents/10%10), byte('0'+cents%10))
}

// decimalOf is cents as a decimal.
func decimalOf(cents int64) string { return string(appendCents(nil, cents)) }
