package main

import (
	"bytes"
	"io"
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
		task: task{name: "orders", target: 0.8, wal: 5}, seconds: []float64{2}, yardstick: []float64{4},
		ratio: []float64{0.5},
		cpu:   []float64{1}, walMB: []float64{7}, peakMiB: 65, longestMS: 12.5, lock: "AccessShareLock",
	}
	want := []string{"orders", "2.00", "4.00", "0.500", "≤ 0.8, met", "65.0", "≤ 64, missed", "1.00", "7.00",
		"≤ 5, missed", "12.5", "AccessShare"}
	if got := m.cells(); !slices.Equal(got, want) || len(got) != len(taskHeader) {
		t.Errorf("got %q, want %q", got, want)
	}
	m = &row{task: task{name: "points"}, seconds: []float64{2}, cpu: []float64{1}, walMB: []float64{7}, peakMiB: 25}
	want = []string{"points", "2.00", "–", "–", "–", "25.0", "≤ 64, met", "1.00", "7.00", "–", "0.000", "none seen"}
	if got := m.cells(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
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
		"orders-first,growth"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if o.shop.tickets != 2000 || o.shop.customers != 200_000 || o.runs != 1 || len(o.growth) != 0 {
		t.Errorf("options = %+v", o)
	}
	if !o.wants("orders-first") || !o.wants(growthID) || o.wants("points-first") {
		t.Errorf("only = %v", o.only)
	}
	if o, err = program.Parse(nil, io.Discard); err != nil ||
		!slices.Equal(o.growth, []int{10_000, 100_000, 1_000_000, 4_000_000}) || !o.wants("points-first") {
		t.Errorf("options = %+v, %v", o, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, args := range [][]string{{"--runs", "0"}, {"--tickets", "1999"}, {"--growth", "10000,many"},
		{"--growth", "10"},
		{"--only", "nothing"}, {"--lots", "-1"}, {"more"}} {
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
		if _, err := scripts.ReadFile("sql/" + m.yardstickSQL); m.yardstickSQL != "" && err != nil {
			t.Error(err)
		}
		if m.check == nil || len(m.ours) == 0 {
			t.Errorf("%s: nothing to run, or nothing to check", m.id)
		}
	}
	if slices.Contains(syncOrders, "--full") {
		t.Error("full has changed its argument")
	}
}
