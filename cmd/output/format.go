package output

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Int returns a whole number in digits.
func Int[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// OptionalInt returns a number that may be unknown: then it is empty.
func OptionalInt(n *int64) string {
	if n == nil {
		return ""
	}
	return Int(*n)
}

// Tally returns counts with their names, in the order of the names: "bad_time 2, no_id 1".
func Tally[N int | int64](counts map[string]N) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name, counts[name]))
	}
	return strings.Join(parts, ", ")
}

// Time returns a time in a time zone, without a space; the zero time is empty.
func Time(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format(time.RFC3339)
}

// Duration returns a duration in its two largest units, such as 3h or 2d4h.
func Duration(d time.Duration) string {
	const day = 24 * time.Hour
	d = max(d, 0).Truncate(time.Second)
	for _, unit := range []struct {
		of, smaller  time.Duration
		name, lesser string
	}{{day, time.Hour, "d", "h"}, {time.Hour, time.Minute, "h", "m"}, {time.Minute, time.Second, "m", "s"}} {
		if d < unit.of {
			continue
		}
		text := fmt.Sprintf("%d%s", d/unit.of, unit.name)
		if rest := d % unit.of / unit.smaller; rest > 0 {
			text += fmt.Sprintf("%d%s", rest, unit.lesser)
		}
		return text
	}
	return fmt.Sprintf("%ds", d/time.Second)
}
