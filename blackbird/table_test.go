package blackbird

import (
	"testing"
	"time"
)

// noon is a time of day.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func TestEqualTime(t *testing.T) {
	t.Parallel()
	ours := appendTime(nil, noon)
	for theirs, want := range map[string]bool{
		"2026-03-01 12:00:00+00": true, "2026-03-01 12:00:01+00": false, "2026-03-02 12:00:00+00": false,
		"2026-03-01 12:00:00+01":   false,
		"2026-03-01 12:00:00.5+00": false, "2026-03-01 12:00:00": false, "": false, "infinity": false,
	} {
		if equalTime(ours, []byte(theirs)) != want {
			t.Errorf("%s and %s: not %t", ours, theirs, want)
		}
	}
	if equalTime(appendTime(nil, noon.Add(time.Microsecond)), []byte("2026-03-01 12:00:00+00")) {
		t.Error("a microsecond does not count")
	}
}
