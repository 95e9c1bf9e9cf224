package cmd

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // the machine may have no time zones of its own

	"github.com/shopspring/decimal"

	"github.com/blackbirdctl/blackbirdctl/loyalty"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

// The types of flags whose values are checked where they are given, so that a wrong one is told with its name.

// storeName names a store; it becomes a folder's name and the store_id of rows.
type storeName string

var storeNames = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$`)

func (s *storeName) Set(text string) error {
	if !storeNames.MatchString(text) {
		return fmt.Errorf("a store's name is up to 63 letters, digits, dots, dashes and underscores, the first a letter or digit")
	}
	*s = storeName(text)
	return nil
}

func (s *storeName) String() string { return string(*s) }
func (s *storeName) Type() string   { return "name" }

// choice is one word out of some.
type choice struct {
	value string
	of    []string
}

func (c *choice) Set(text string) error {
	if !slices.Contains(c.of, text) {
		return fmt.Errorf("must be one of %s", c.list())
	}
	c.value = text
	return nil
}

func (c *choice) String() string { return c.value }
func (c *choice) Type() string   { return "word" }
func (c *choice) list() string   { return strings.Join(c.of, "|") }

// region is a country's code.
type region string

func (r *region) Set(text string) error {
	text = strings.ToUpper(text)
	if !sync.IsRegion(text) {
		return fmt.Errorf("not a country's code with two letters, as US")
	}
	*r = region(text)
	return nil
}

func (r *region) String() string { return string(*r) }
func (r *region) Type() string   { return "code" }

// timeZone is a place's time.
type timeZone struct{ *time.Location }

func utc() timeZone { return timeZone{time.UTC} }

func (z *timeZone) Set(text string) error {
	location, err := time.LoadLocation(text)
	if err != nil || text == "" || text == "Local" {
		return fmt.Errorf("not a time zone of the IANA database, as America/Denver")
	}
	z.Location = location
	return nil
}

func (z *timeZone) Type() string { return "zone" }

// idList is some ids, joined by commas.
type idList struct {
	ids []int64
	// none is what an empty list means; given as a value it makes the list empty.
	none string
}

func (l *idList) Set(text string) error {
	l.ids = nil
	if text == l.none {
		return nil
	}
	for part := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64)
		if err != nil {
			return fmt.Errorf("must be ids joined by commas, as 1,2")
		}
		l.ids = append(l.ids, id)
	}
	return nil
}

func (l *idList) String() string {
	if len(l.ids) == 0 {
		return l.none
	}
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(l.ids), " ", ","), "[]")
}

func (l *idList) Type() string { return "ids" }

// streamList is some of the streams, joined by commas.
type streamList []string

func (l *streamList) Set(text string) error {
	var streams streamList
	for part := range strings.SplitSeq(text, ",") {
		stream := strings.TrimSpace(part)
		if !slices.Contains(sync.StreamNames(), stream) {
			return fmt.Errorf("must be streams joined by commas, out of %s", strings.Join(sync.StreamNames(), ","))
		}
		streams = append(streams, stream)
	}
	*l = streams
	return nil
}

func (l *streamList) String() string { return strings.Join(*l, ",") }
func (l *streamList) Type() string   { return "streams" }

// has tells whether a stream is on.
func (l *streamList) has(stream string) bool { return slices.Contains(*l, stream) }

// fileList names files by what they are for.
type fileList map[string]string

func (l *fileList) Set(text string) error {
	files := make(fileList)
	for part := range strings.SplitSeq(text, ",") {
		name, file, found := strings.Cut(part, "=")
		if name, file = strings.TrimSpace(name), strings.TrimSpace(file); !found || name == "" || file == "" {
			return fmt.Errorf("must be pairs joined by commas, as tickets=tickets.sql")
		}
		files[name] = file
	}
	*l = files
	return nil
}

func (l *fileList) String() string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(*l)) {
		parts = append(parts, name+"="+(*l)[name])
	}
	return strings.Join(parts, ",")
}

func (l *fileList) Type() string { return "table=file,…" }

// atLeast is a whole number with a lower bound.
type atLeast struct {
	value int64
	least int64
	// none is what no value means.
	none string
}

func (n *atLeast) Set(text string) error {
	value, err := strconv.ParseInt(text, 10, 64)
	if err != nil || value < n.least {
		return fmt.Errorf("must be a whole number from %d on", n.least)
	}
	n.value = value
	return nil
}

func (n *atLeast) String() string {
	if n.value < n.least {
		return n.none
	}
	return strconv.FormatInt(n.value, 10)
}

func (n *atLeast) Type() string { return "number" }

// timeout is how long something may take.
type timeout struct{ time.Duration }

func (t *timeout) Set(text string) error {
	value, err := time.ParseDuration(text)
	if err != nil || value < time.Millisecond {
		return fmt.Errorf("must be a duration such as 90s or 2m, from 1ms on")
	}
	t.Duration = value
	return nil
}

func (t *timeout) Type() string { return "duration" }

// amount is a decimal that is not negative.
type amount struct{ decimal.Decimal }

func (a *amount) Set(text string) error {
	value, err := decimal.NewFromString(text)
	if err != nil || value.IsNegative() || len(text) > 40 {
		return fmt.Errorf("must be a number from 0 on")
	}
	a.Decimal = value
	return nil
}

func (a *amount) Type() string { return "number" }

// maxRemovals is a number of rows or a percentage.
type maxRemovals struct{ sync.MaxRemovals }

func (m *maxRemovals) Set(text string) (err error) {
	m.MaxRemovals, err = sync.ParseMaxRemovals(text)
	return err
}

func (m *maxRemovals) Type() string { return "number|percentage" }

// basis is the amount of an order that earns points.
type basis loyalty.Basis

func (b *basis) Set(text string) error {
	parsed, err := loyalty.ParseBasis(text)
	*b = basis(parsed)
	return err
}

func (b *basis) String() string { return string(*b) }
func (b *basis) Type() string   { return "total|subtotal" }

// program is what loyalty rules have beyond a rate, as JSON.
type program struct {
	loyalty.Program
	text string
}

const flagLoyalty = "loyalty"

func (p *program) Set(text string) (err error) {
	p.text = text
	p.Program, err = loyalty.ParseProgram([]byte(text))
	return err
}

func (p *program) String() string { return p.text }
func (p *program) Type() string   { return "json" }

// day is a date, or a moment, from which on something holds.
type day struct{ text string }

const dateFormat = "2006-01-02"

func (d *day) Set(text string) error {
	d.text = text
	if _, err := d.in(time.UTC); err != nil {
		return fmt.Errorf("must be a date as 2026-01-31, or a moment as 2026-01-31T08:00:00Z")
	}
	return nil
}

// in returns the moment; a date begins at midnight in the given zone.
func (d *day) in(zone *time.Location) (time.Time, error) {
	if d.text == "" {
		return time.Time{}, nil
	}
	if t, err := time.ParseInLocation(dateFormat, d.text, zone); err == nil {
		return t, nil
	}
	return time.Parse(time.RFC3339, d.text)
}

func (d *day) String() string { return d.text }
func (d *day) Type() string   { return "date" }
