package notify

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

var began = time.Date(2026, 1, 31, 8, 0, 0, 123_000_000, time.UTC)

// text returns what the metrics file holds after a pass.
func text(t *testing.T, r report, store, stream string) []byte {
	t.Helper()
	text, err := r.text(store, stream)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func success(menu *int64) report {
	return newReport(Outcome{Began: began, Ended: began.Add(90 * time.Second), Result: sync.Result{OnMenu: menu}}, nil)
}

func failure() report {
	return newReport(Outcome{Began: began.Add(time.Hour), Ended: began.Add(2 * time.Hour), ExitCode: 69}, nil)
}

// kept is what a report has of earlier passes.
type kept struct {
	Began, Ended time.Time
	Menu         int64
}

func keptIn(r report) (k kept) {
	if r.success != nil {
		k.Began, k.Ended = r.success.began.UTC(), r.success.ended.UTC()
	}
	if r.menu != nil {
		k.Menu = *r.menu
	}
	return k
}

// TestKeep: a pass that failed keeps of the file as it was what is its own stream's, and nothing else.
func TestKeep(t *testing.T) {
	menu := int64(120)
	former := text(t, success(&menu), "main", "products")
	again := failure()
	again.keep(former, "main", "products")
	reversed := []byte("# TYPE " + metricMenu + " gauge\n" + metricMenu + `{stream="products",store="main"} 7` + "\n")
	whole := kept{began, began.Add(90 * time.Second), 120}
	for _, tt := range []struct {
		name          string
		former        []byte
		store, stream string
		want          kept
	}{
		{"its own file", former, "main", "products", whole},
		{"after a second failure", text(t, again, "main", "products"), "main", "products", whole},
		{"another stream's", former, "main", "orders", kept{}},
		{"another store's", former, "mai", "products", kept{}},
		{"no file", nil, "main", "products", kept{}},
		{"no metrics", []byte("<html>"), "main", "products", kept{}},
		{"cut off", former[:bytes.Index(former, []byte(metricMenu))], "main", "products", kept{}},
		{"no success yet", text(t, failure(), "main", "products"), "main", "products", kept{}},
		{"no menu", text(t, success(nil), "main", "orders"), "main", "orders",
			kept{began, began.Add(90 * time.Second), 0}},
		{"other order of labels", reversed, "main", "products", kept{Menu: 7}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := failure()
			r.keep(tt.former, tt.store, tt.stream)
			if diff := cmp.Diff(tt.want, keptIn(r)); diff != "" {
				t.Errorf("kept (-want +got):\n%s", diff)
			}
		})
	}
}

// TestKeepOwn: a pass that failed after it wrote the menu reports its own menu.
func TestKeepOwn(t *testing.T) {
	before, own := int64(120), int64(7)
	r := failure()
	r.menu = &own
	r.keep(text(t, success(&before), "main", "products"), "main", "products")
	if got := keptIn(r).Menu; got != own {
		t.Errorf("a menu of %d products became one of %d", own, got)
	}
}

// TestKeepDifferences: a verification that could not finish keeps what the last one found; a pass does not.
func TestKeepDifferences(t *testing.T) {
	found := sync.Findings{Missing: 1, Differs: 2}
	former := text(t, newReport(Outcome{Verify: true, Result: sync.Result{Findings: &found}}, nil), "main", "orders")
	for _, verify := range []bool{true, false} {
		r := newReport(Outcome{Verify: verify, ExitCode: 69}, nil)
		r.keep(former, "main", "orders")
		if kept := r.differences != nil && *r.differences == 3; kept != verify {
			t.Errorf("verify %t: differences are kept: %t", verify, kept)
		}
	}
}
