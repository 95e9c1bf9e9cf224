package oracle

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// spellings are how a SQLite store must spell what PostgreSQL has types for.
var spellings = map[kind]*regexp.Regexp{
	kindInt:      regexp.MustCompile(`^-?[0-9]+$`),
	kindBool:     regexp.MustCompile(`^[01]$`),
	kindMoney:    regexp.MustCompile(`^-?[0-9]+\.[0-9]{2}$`),
	kindQuantity: regexp.MustCompile(`^-?[0-9]+\.[0-9]{4}$`),
	kindTime:     regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z$`),
}

// rowReader turns one row's values into Go values; it keeps the first error.
type rowReader struct {
	table    table
	values   []Text
	sqlite   bool
	spelling []Difference
	err      error
}

// fail notes an error about a column.
func (r *rowReader) fail(name, problem string) {
	if r.err == nil {
		r.err = fmt.Errorf("column %s: %s", name, problem)
	}
}

// text is a column's value, which may be NULL.
func (r *rowReader) text(name string) Text {
	for i, c := range r.table.columns {
		if c.name == name {
			r.checkSpelling(c, r.values[i])
			return r.values[i]
		}
	}
	r.fail(name, "not read")
	return Text{}
}

// isNull reports whether a column is NULL.
func (r *rowReader) isNull(name string) bool {
	for i, c := range r.table.columns {
		if c.name == name {
			return !r.values[i].Valid
		}
	}
	return false
}

// checkSpelling notes a value of a SQLite store that is not spelled as its kind must be.
func (r *rowReader) checkSpelling(c column, value Text) {
	pattern := spellings[c.kind]
	if !r.sqlite || !value.Valid || pattern == nil {
		return
	}
	negativeZero := strings.HasPrefix(value.String, "-") && strings.Trim(value.String, "-0.") == ""
	if pattern.MatchString(value.String) && !negativeZero {
		return
	}
	r.spelling = append(r.spelling, Difference{
		Stream: r.table.name, Key: r.values[0].String, Problem: ProblemSpelling, Field: c.name, Got: value.String,
	})
}

// str is a text that must not be NULL.
func (r *rowReader) str(name string) string {
	value := r.text(name)
	if !value.Valid {
		r.fail(name, "is NULL")
	}
	return value.String
}

func (r *rowReader) integer(name string) int64 {
	n, err := strconv.ParseInt(r.str(name), 10, 64)
	if err != nil {
		r.fail(name, "no whole number")
	}
	return n
}

func (r *rowReader) boolean(name string) bool {
	b, err := strconv.ParseBool(r.str(name))
	if err != nil {
		r.fail(name, "no truth value")
	}
	return b
}

func (r *rowReader) number(name string) decimal.Decimal {
	d, ok := number(r.str(name))
	if !ok {
		r.fail(name, "no number")
	}
	return d
}

func (r *rowReader) nullNumber(name string) decimal.NullDecimal {
	if r.isNull(name) {
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(r.number(name))
}

func (r *rowReader) time(name string) time.Time {
	at, err := time.Parse(time.RFC3339Nano, r.str(name))
	if err != nil {
		r.fail(name, "no time")
	}
	return at.UTC()
}

func (r *rowReader) nullTime(name string) *time.Time {
	if r.isNull(name) {
		return nil
	}
	at := r.time(name)
	return &at
}

// breaks reads the JSON of price_breaks; no field but the two that are known may stand in it.
func (r *rowReader) breaks(name string) []Break {
	decoder := json.NewDecoder(strings.NewReader(r.str(name)))
	decoder.DisallowUnknownFields()
	out := []Break{}
	if err := decoder.Decode(&out); err != nil || out == nil {
		r.fail(name, "no list of quantity breaks")
	}
	return out
}
