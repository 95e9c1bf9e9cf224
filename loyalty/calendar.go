package loyalty

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day in the store's time zone. The zero value is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf returns the day of a moment, in the moment's own zone.
func DateOf(at time.Time) (d Date) {
	d.Year, d.Month, d.Day = at.Date()
	return d
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Before reports whether the day is earlier than another.
func (d Date) Before(o Date) bool { return d.noon().Before(o.noon()) }

func (d Date) compare(o Date) int { return d.noon().Compare(o.noon()) }

func (d Date) noon() time.Time { return time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC) }

// plus returns the day so many days later.
func (d Date) plus(days int) Date { return DateOf(d.noon().AddDate(0, 0, days)) }

// In returns the day's first moment in a zone.
func (d Date) In(zone *time.Location) time.Time {
	midnight := time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
	if DateOf(midnight) == d && DateOf(midnight.Add(-1)) != d {
		return midnight
	}
	// Clocks are changed at midnight: it does not come, or comes twice.
	first := midnight.Add(-2 * time.Hour)
	for DateOf(first).Before(d) {
		first = first.Add(15 * time.Minute)
	}
	return first
}

// String returns the date in the form 2026-01-31, and an empty text for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.noon().Format(time.DateOnly)
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It accepts what String returns.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	at, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a date such as 2026-01-31", text)
	}
	*d = DateOf(at)
	return nil
}

// Moment is a moment in time, or a day in the store's time zone, which means its first moment. The zero value is none.
type Moment struct {
	day Date
	at  time.Time
}

// In returns the moment, given the store's zone; the zero time for none.
func (m Moment) In(zone *time.Location) time.Time {
	if m.day.IsZero() {
		return m.at
	}
	return m.day.In(zone)
}

// MarshalText implements encoding.TextMarshaler.
func (m Moment) MarshalText() ([]byte, error) {
	if m.at.IsZero() {
		return m.day.MarshalText()
	}
	return m.at.MarshalText()
}

// UnmarshalText implements encoding.TextUnmarshaler. It accepts what Date accepts, and a moment as in RFC 3339.
func (m *Moment) UnmarshalText(text []byte) (err error) {
	*m = Moment{}
	if m.day.UnmarshalText(text) == nil {
		return nil
	}
	if m.at, err = time.Parse(time.RFC3339, string(text)); err != nil {
		return fmt.Errorf("%q is neither a date such as 2026-01-31 nor a moment such as 2026-01-31T08:00:00Z", text)
	}
	return nil
}

// Weekday is a day of the week.
type Weekday time.Weekday

// MarshalText implements encoding.TextMarshaler: the first three letters.
func (w Weekday) MarshalText() ([]byte, error) {
	return []byte(strings.ToLower(time.Weekday(w).String()[:3])), nil
}

// UnmarshalText implements encoding.TextUnmarshaler. It accepts the first three letters, or the name in full.
func (w *Weekday) UnmarshalText(text []byte) error {
	for day := time.Sunday; day <= time.Saturday; day++ {
		if name := day.String(); strings.EqualFold(name, string(text)) || strings.EqualFold(name[:3], string(text)) {
			*w = Weekday(day)
			return nil
		}
	}
	return fmt.Errorf("%q is not a day of the week such as tue", text)
}

// Hours is a part of the day, its end not included. The zero value is the whole day.
type Hours struct {
	// from and until are minutes since midnight.
	from, until int
}

const minutesOfDay = 24 * 60

// day returns the day to which a moment of the window belongs; false where the moment is outside of it.
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
	return day.plus(-1), minute < h.until
}

// String returns the hours in the form 16:00-19:00, and an empty text for the whole day.
func (h Hours) String() string {
	if h == (Hours{}) {
		return ""
	}
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.from/60, h.from%60, h.until/60, h.until%60)
}

// MarshalText implements encoding.TextMarshaler.
func (h Hours) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler. It accepts what String returns.
func (h *Hours) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*h = Hours{}
		return nil
	}
	from, until, found := strings.Cut(string(text), "-")
	begin, ok := minuteOf(from)
	end, also := minuteOf(until)
	if !found || !ok || !also || begin == end || begin == minutesOfDay {
		return fmt.Errorf("%q is not a part of the day such as 16:00-19:00", text)
	}
	h.from, h.until = begin, end
	return nil
}

// minuteOf parses a time of day into minutes since midnight; 24:00 is its end.
func minuteOf(text string) (int, bool) {
	if text == "24:00" {
		return minutesOfDay, true
	}
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil
}
