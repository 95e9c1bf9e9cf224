package cmd

import (
	"strings"
	"testing"
	"time"
)

// TestFormerSuccess: a run reads again of an earlier one what is its own stream's, and nothing else.
func TestFormerSuccess(t *testing.T) {
	began := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	first := ended{began: began, end: began.Add(90 * time.Second)}
	first.success = &span{first.began, first.end}
	text := exposition(first.metrics(), "main", "orders")
	second := ended{began: began.Add(time.Hour), end: began.Add(2 * time.Hour), code: exitUnavailable}
	if second.success = formerSuccess(text, "main", "orders"); second.success == nil {
		t.Fatalf("no success found in\n%s", text)
	}
	if again := formerSuccess(exposition(second.metrics(), "main", "orders"), "main", "orders"); !again.began.Equal(first.began) || !again.ended.Equal(first.end) {
		t.Errorf("success after a failure is %v, want %v", again, first.success)
	}
	for name, other := range map[string]*span{
		"another stream": formerSuccess(text, "main", "points"), "another store": formerSuccess(text, "mai", "orders"),
		"nothing": formerSuccess("", "main", "orders"), "no success yet": formerSuccess(exposition((&ended{}).metrics(), "main", "orders"), "main", "orders"),
		"cut off": formerSuccess(text[:strings.Index(text, metricPrefix+metricSuccess)], "main", "orders"),
	} {
		if other != nil {
			t.Errorf("success found in the file of %s: %v", name, other)
		}
	}
}
