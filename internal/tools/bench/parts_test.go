package main

import (
	"bytes"
	"encoding/xml"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/tools/lab"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   spread
		text   string
	}{
		{nil, spread{}, "–"},
		{[]float64{0.25}, spread{0.25, 0.25, 0.25, 1}, "0.250"},
		{[]float64{3, 1, 200}, spread{3, 1, 200, 3}, "3.00 (1.00–200)"},
		{[]float64{40, 10, 20, 30}, spread{25, 10, 40, 4}, "25.0 (10.0–40.0)"},
	} {
		given := slices.Clone(c.values)
		got := spreadOf(c.values)
		if got != c.want || got.String() != c.text {
			t.Errorf("spreadOf(%v) = %+v %q, want %+v %q", c.values, got, got, c.want, c.text)
		}
		if !slices.Equal(c.values, given) {
			t.Errorf("spreadOf reordered its argument: %v", c.values)
		}
	}
}

func TestStrongest(t *testing.T) {
	for _, c := range []struct {
		modes []string
		want  string
	}{
		{nil, ""},
		{[]string{"", ""}, ""},
		{[]string{"AccessShareLock", ""}, "AccessShareLock"},
		{[]string{"RowExclusiveLock", "AccessShareLock", "RowShareLock"}, "RowExclusiveLock"},
		{[]string{"ShareLock", "ShareUpdateExclusiveLock"}, "ShareLock"},
		{[]string{"AccessExclusiveLock", "ExclusiveLock"}, "AccessExclusiveLock"},
		{[]string{"NewLock", "AccessExclusiveLock"}, "NewLock"},
	} {
		if got := strongest(c.modes...); got != c.want {
			t.Errorf("strongest(%v) = %q, want %q", c.modes, got, c.want)
		}
	}
}

func TestCellsOfARow(t *testing.T) {
	m := &row{
		task: task{name: "orders", target: 0.8, peerTarget: 0.7, wal: 5}, seconds: []float64{2},
		yardstickSeconds: []float64{4}, peerSeconds: []float64{2}, cpu: []float64{1}, walMB: []float64{7}, peakMiB: 65,
		privateMiB: 40, peerMiB: 190, longestMS: 12.5, lock: "AccessShareLock",
	}
	want := []string{"orders", "2.00", "4.00", "0.500, ≤ 0.8 met", "2.00", "1.00, ≤ 0.7 missed", "190", "1.00",
		"65.0, ≤ 64 missed", "40.0", "7.00, ≤ 5 missed", "12.5", "AccessShare"}
	r := report{peer: "other"}
	if got := m.cells(true); !slices.Equal(got, want) || len(got) != len(r.header()) {
		t.Errorf("got %q, want %q", got, want)
	}
	m = &row{task: task{name: "points", seconds: 3}, seconds: []float64{2}, cpu: []float64{1}, walMB: []float64{7},
		peakMiB: 25, privateMiB: 9}
	want = []string{"points", "2.00, ≤ 3 met", "–", "–", "1.00", "25.0, ≤ 64 met", "9.00", "7.00", "0.000", "none seen"}
	r.peer = ""
	if got := m.cells(false); !slices.Equal(got, want) || len(got) != len(r.header()) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestUsersReadFirst(t *testing.T) {
	r := report{peer: "a & b", picture: "docs/b.svg", rows: []*row{
		{task: task{name: "hidden"}, peakMiB: 30},
		{task: task{id: "verify", name: "verify", brief: true, yardstick: itself()}, seconds: []float64{1, 3},
			yardstickSeconds: []float64{2, 2}, peerSeconds: []float64{4, 4}, peakMiB: 20},
	}}
	want := "- verify: 2.00 s; --full 2.00 s\n- most memory of any run: 30.0 MiB\n"
	if got := r.String(); !strings.Contains(got, want) || !strings.Contains(got, "](docs/b.svg)") ||
		strings.Index(got, want) > strings.Index(got, "## Tasks") {
		t.Errorf("the report does not begin with %q:\n%s", want, got)
	}
	var picture struct {
		Bars []struct {
			Width int `xml:"width,attr"`
		} `xml:"rect"`
		Texts []string `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(r.draw()), &picture); err != nil {
		t.Fatal(err)
	}
	texts := []string{"verify", "2.00 s blackbirdctl", "2.00 s --full", "4.00 s a & b"}
	if len(picture.Bars) != 3 || picture.Bars[2].Width != 2*picture.Bars[0].Width ||
		!slices.Equal(picture.Texts, texts) {
		t.Errorf("the picture has %+v", picture)
	}
}

func TestReportHasWhatWasMeasured(t *testing.T) {
	column := make([]grown, len(growthSteps()))
	column[1] = grown{2, 20, 21.5}
	r := report{about: []string{"cores: 2"}, growth: growth{tickets: []int{100_000}, cells: [][]grown{column}}}
	got := r.String()
	for _, part := range []string{"- cores: 2\n", "## Growth", "100,000 tickets", "2.00 s, 20.0 µs, 21.5 MiB"} {
		if !strings.Contains(got, part) {
			t.Errorf("the report lacks %q:\n%s", part, got)
		}
	}
	if strings.Contains(got, "## Tasks") {
		t.Error("the report has a table of tasks, though none was run")
	}
}

func TestParse(t *testing.T) {
	o, err := program.Parse([]string{"--tickets", "2000", "--runs", "1", "--growth", "", "--only",
		"orders-first,growth", "--peer", "other=parts_test.go"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.shop.tickets != 2000 || o.shop.customers != 200_000 || o.runs != 1 || len(o.growth) != 0 {
		t.Errorf("options = %+v", o)
	}
	if o.peer.name != "other" || !filepath.IsAbs(o.peer.path) {
		t.Errorf("peer = %v", o.peer)
	}
	if !o.wants("orders-first") || !o.wants(growthID) || o.wants("points-first") {
		t.Errorf("only = %v", o.only)
	}
	if o, err = program.Parse(nil, io.Discard); err != nil ||
		!slices.Equal(o.growth, []int{10_000, 100_000, 1_000_000}) || !o.wants("points-first") {
		t.Errorf("options = %+v, %v", o, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, args := range [][]string{{"--runs", "0"}, {"--tickets", "1999"}, {"--growth", "10000,many"},
		{"--growth", "10"},
		{"--only", "nothing"}, {"--lots", "-1"}, {"--peer", "parts_test.go"}, {"--peer", "other=nowhere"}, {"more"}} {
		var problems bytes.Buffer
		if code := program.Start(t.Context(), args, io.Discard, &problems); code != lab.Usage || problems.Len() == 0 {
			t.Errorf("%v: exit code %d, stderr %q", args, code, &problems)
		}
	}
}

func TestTasksAreWhole(t *testing.T) {
	ids := taskIDs()
	for i, m := range tasks() {
		if slices.Index(ids, m.id) != i || strings.ContainsAny(m.id, ", ") || m.id == growthID {
			t.Errorf("the id %q is not unique", m.id)
		}
		if m.check == nil || len(m.ours) == 0 {
			t.Errorf("%s: nothing to run, or nothing to check", m.id)
		}
	}
	if slices.Contains(syncOrders, "--full") {
		t.Error("full has changed its argument")
	}
}
