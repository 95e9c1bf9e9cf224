package blackbird

import (
	"testing"
	"time"
)

func TestUTCTimeScan(t *testing.T) {
	var m UTCTime
	if err := m.Scan(nil); err != nil || !m.IsZero() {
		t.Errorf("NULL is %v, %v", m, err)
	}
	for _, bad := range []any{5, "yesterday", []byte("x")} {
		if err := m.Scan(bad); err == nil {
			t.Errorf("%v was scanned", bad)
		}
	}
}

func TestParseTime(t *testing.T) {
	want := time.Date(2026, 3, 1, 12, 0, 0, 123_456_000, time.UTC)
	for _, text := range []string{
		"2026-03-01T12:00:00.123456Z", "2026-03-01 12:00:00.123456+00", "2026-03-01 07:00:00.123456-05",
		"2026-03-01T13:00:00.123456+01:00",
	} {
		if at, err := parseTime([]byte(text)); err != nil || at.UTC() != want {
			t.Errorf("%s is read as %v, %v", text, at, err)
		}
	}
	if at, err := parseTime([]byte("2026-03-01 12:00:00+00")); err != nil || at != want.Truncate(time.Second) {
		t.Errorf("a whole second is read as %v, %v", at, err)
	}
	for _, text := range []string{"", "yesterday", "infinity", "2026-03-01"} {
		if at, err := parseTime([]byte(text)); err == nil {
			t.Errorf("%q was read as %v", text, at)
		}
	}
}
