package loyalty

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Multiplier raises, or lowers, what orders earn within its window. All that it names must hold of an order; what it leaves out holds of all.
type Multiplier struct {
	Name string `json:"name"`
	// Factor is what the points are multiplied by, at most four decimals.
	Factor decimal.Decimal `json:"multiplier"`
	// From and Until are days in the store's time zone, both included.
	From  Date `json:"from"`
	Until Date `json:"until"`
	// Weekdays are those on which the window opens.
	Weekdays []Weekday `json:"weekdays"`
	// Hours is when the window is open on such a day; one that ends before it begins goes on past midnight, and belongs to the day on which it
	// began.
	Hours Hours `json:"hours"`
	// Locations are ids.
	Locations []int64 `json:"locations"`
}

// applies tells whether the window is open for an order. The clock on the shop's wall counts: when it is put back, an hour that comes twice is
// in the window twice, and when it is put forward, an hour that is left out is in none.
func (m *Multiplier) applies(at time.Time, location int64) bool {
	if len(m.Locations) > 0 && !slices.Contains(m.Locations, location) {
		return false
	}
	day, open := m.Hours.day(at)
	return open && (m.From.IsZero() || !day.Before(m.From)) && (m.Until.IsZero() || !m.Until.Before(day)) &&
		(len(m.Weekdays) == 0 || slices.Contains(m.Weekdays, Weekday(day.weekday())))
}

// best is the highest multiplier that applies, 1 where none does.
func best(of []Multiplier, at time.Time, location int64) (name string, factor decimal.Decimal) {
	factor = decimal.NewFromInt(1)
	for i := range of {
		m := &of[i]
		if m.applies(at, location) && (name == "" || m.Factor.GreaterThan(factor)) {
			name, factor = m.Name, m.Factor
		}
	}
	return name, factor
}

// mostFactor keeps any order's points within the ledger's 64 bits.
var mostFactor = decimal.NewFromInt(1_000)

func (m *Multiplier) validate() error {
	switch {
	case strings.TrimSpace(m.Name) == "":
		return fmt.Errorf("a multiplier has no name")
	case m.Factor.IsNegative() || m.Factor.GreaterThan(mostFactor) || !m.Factor.Equal(m.Factor.Truncate(rateDecimals)):
		return fmt.Errorf("multiplier %q: %s is not a number from 0 to %s with at most %d decimals", m.Name, m.Factor, mostFactor, rateDecimals)
	case !m.From.IsZero() && !m.Until.IsZero() && m.Until.Before(m.From):
		return fmt.Errorf("multiplier %q: it ends before it begins", m.Name)
	}
	return nil
}

// Date is a day in the store's time zone, as 2026-01-31; the zero value is none.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

const dateFormat = "2006-01-02"

// DateOf is the day of a moment, in the moment's own zone.
func DateOf(at time.Time) (d Date) {
	d.Year, d.Month, d.Day = at.Date()
	return d
}

// IsZero tells whether the date is none.
func (d Date) IsZero() bool { return d == Date{} }

// Before compares days.
func (d Date) Before(o Date) bool { return d.noon().Before(o.noon()) }

func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

func (d Date) weekday() time.Weekday { return d.noon().Weekday() }

func (d Date) yesterday() Date { return DateOf(d.noon().AddDate(0, 0, -1)) }

// In is the day's first moment in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// String writes the date; empty for none.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.noon().Format(dateFormat)
}

// MarshalText writes the date.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads a date.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	at, err := time.Parse(dateFormat, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a date as 2026-01-31", text)
	}
	*d = DateOf(at)
	return nil
}

// Weekday is a day of the week, written as its first three letters or in full.
type Weekday time.Weekday

// MarshalText writes the day.
func (w Weekday) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(w).String()[:3])), nil
}

// UnmarshalText reads a day.
func (w *Weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := day.String(); strings.EqualFold(name, string(text)) || strings.EqualFold(name[:3], string(text)) {
			*w = Weekday(day)
			return nil
		}
	}
	return fmt.Errorf("%q is not a day of the week, as tue", text)
}

// Hours is a part of the day, as 16:00-19:00, its end not included; the zero value is all of it.
type Hours struct{ from, until int }

const minutesOfDay = 24 * 60

// day is the day to which a moment of the window belongs; false where the moment is outside of it.
func (h Hours) day(at time.Time) (Date, bool) {
	day, minute := DateOf(at), at.Hour()*60+at.Minute()
	switch {
	case h.from == h.until:
		return day, true
	case h.from < h.until:
		return day, h.from <= minute && minute < h.until
	case minute >= h.from:
		return day, true
	}
	return day.yesterday(), minute < h.until
}

// String writes the hours; empty for the whole day.
func (h Hours) String() string {
	if h == (Hours{}) {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.from/60, h.from%60, h.until/60, h.until%60)
}

// MarshalText writes the hours.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads hours.
func (h *Hours) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Hours{}
		return nil
	}
	from, until, found := strings.Cut(string(text), "-")
	begin, ok := minuteOf(from)
	end, also := minuteOf(until)
	if !found || !ok || !also || begin == end || begin == minutesOfDay {
		return fmt.Errorf("%q is not a part of the day, as 16:00-19:00", text)
	}
	h.from, h.until = begin, end
	return nil
}

// minuteOf reads a time of day; 24:00 is its end.
func minuteOf(text string) (int, bool) {
	if text == "24:00" {
		return minutesOfDay, true
	}
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil
}
