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
	if menu := formerMenu(text, "main", "orders"); menu != nil {
		t.Errorf("a menu of %d found in\n%s", *menu, text)
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

// told is what a products pass that succeeded tells of.
func told() ended {
	products := int64(120)
	began := time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	e := ended{began: began, end: began.Add(3 * time.Second), menu: &products}
	e.success = &span{e.began, e.end}
	return e
}

// TestRemember: a pass that failed keeps the size of the menu that an earlier one told, unless it has written the menu itself.
func TestRemember(t *testing.T) {
	before := told()
	text := exposition(before.metrics(), "main", "products")
	failed := ended{code: exitUnavailable}
	if failed.remember(text, "main", "products"); failed.menu == nil || *failed.menu != *before.menu || failed.success == nil {
		t.Errorf("remembered of %+v: %+v", before, failed)
	}
	menu := int64(7)
	wrote := ended{code: exitState, menu: &menu}
	if wrote.remember(text, "main", "products"); *wrote.menu != 7 {
		t.Errorf("a menu of 7 products became one of %d", *wrote.menu)
	}
	none := ended{code: exitUnavailable}
	if none.remember(text, "other", "products"); none.menu != nil || none.success != nil {
		t.Errorf("remembered of another store: %+v", none)
	}
}
