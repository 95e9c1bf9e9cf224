package sync

import (
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

func TestMakePlan(t *testing.T) {
	const wrapped = 1 << 32
	here := biotrack.Identity{SystemIdentifier: "1", Timeline: 1, Database: "b", DatabaseOID: 5}
	source := checkpoint.Source(here)
	all := map[string]string{"locations": "all"}
	now := sourceState{identity: here, positions: biotrack.Positions{Next: wrapped + 90, Current: wrapped + 100},
		settings: all}
	at := func(position string) *checkpoint.Watermark {
		return &checkpoint.Watermark{Source: &source, Settings: all, Position: position}
	}
	on := func(mode Mode, next string) *checkpoint.Watermark {
		return &checkpoint.Watermark{Source: &source, Settings: all,
			Unfinished: checkpoint.NewUnfinished(string(mode), next, "k")}
	}
	from := func(change func(*biotrack.Identity)) *checkpoint.Watermark {
		id := here
		change(&id)
		return &checkpoint.Watermark{Source: (*checkpoint.Source)(&id), Settings: all, Position: "4294967300"}
	}
	fromScratch := func(mode Mode, warning string) plan {
		return plan{mode: mode, next: wrapped + 90, warning: warning}
	}
	tests := []struct {
		name    string
		w       *checkpoint.Watermark
		full    bool
		want    plan
		problem string
	}{
		{name: "no watermark", want: fromScratch(ModeFirst, "")},
		{name: "no watermark, full", full: true, want: fromScratch(ModeFull, "")},
		{name: "incremental", w: at("4294967300"), want: plan{mode: ModeIncremental, since: wrapped + 4,
			next: wrapped + 90}},
		{name: "as far as it goes", w: at("4294967396"), want: plan{mode: ModeIncremental, since: wrapped + 100,
			next: wrapped + 90}},
		{name: "full", w: at("4294967300"), full: true, want: fromScratch(ModeFull, "")},
		{name: "first pass cut off", w: on(ModeFirst, "4294967300"),
			want: plan{mode: ModeFirst, next: wrapped + 4, after: "k", resumed: true}},
		{name: "full pass cut off", w: on(ModeFull, "4294967300"), full: true,
			want: plan{mode: ModeFull, next: wrapped + 4, after: "k", resumed: true}},
		{name: "full asked for after a first pass was cut off", w: on(ModeFirst, "4294967300"), full: true,
			want: fromScratch(ModeFull, "")},
		{name: "too old", w: at("5"), want: fromScratch(ModeFull, "too old")},
		{name: "unfinished and too old", w: on(ModeFirst, "5"), want: fromScratch(ModeFull, "too old")},
		{name: "failover", w: from(func(id *biotrack.Identity) { id.Timeline = 3 }),
			want: fromScratch(ModeFull, "timeline 3 to 1")},
		{name: "timeline not told before", w: from(func(id *biotrack.Identity) { id.Timeline = 0 }),
			want: plan{mode: ModeIncremental, since: wrapped + 4, next: wrapped + 90}},
		{name: "ahead", w: at("4294967397"), problem: "restored from a backup"},
		{name: "unfinished and ahead", w: on(ModeFirst, "4294967397"), problem: "restored from a backup"},
		{name: "ahead, full", w: at("4294967397"), full: true, want: fromScratch(ModeFull, "")},
		{name: "another server", w: from(func(id *biotrack.Identity) { id.SystemIdentifier = "2" }),
			problem: "another BioTrack server"},
		{name: "another database", w: from(func(id *biotrack.Identity) { id.Database = "c" }),
			problem: "another BioTrack database"},
		{name: "database made anew", w: from(func(id *biotrack.Identity) { id.DatabaseOID = 6 }),
			problem: "another BioTrack database"},
		{name: "other settings", w: &checkpoint.Watermark{Source: &source,
			Settings: map[string]string{"locations": "1"},
			Position: "4294967300"},
			problem: "locations was 1 and is now all"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := makePlan(Orders, tt.w, now, tt.full)
			if tt.problem != "" {
				if err == nil || !strings.Contains(err.Error(), tt.problem) {
					t.Fatalf("got %+v, %v; want a problem: %s", got, err, tt.problem)
				}
				return
			}
			if err != nil || !strings.Contains(got.warning, tt.want.warning) ||
				(got.warning == "") != (tt.want.warning == "") {
				t.Fatalf("warning %q, %v", got.warning, err)
			}
			got.warning = tt.want.warning
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestMaxRemovals(t *testing.T) {
	tests := []struct {
		text      string
		live      int64
		allowed   int64
		malformed bool
	}{
		{text: "", live: 10, allowed: 20},
		{text: "", live: 1000, allowed: 200},
		{text: "5", live: 1000, allowed: 5},
		{text: "0", live: 1000, allowed: 0},
		{text: "10%", live: 55, allowed: 5},
		{text: "2.5 %", live: 1000, allowed: 25},
		{text: "100%", live: 3, allowed: 3},
		{text: "0%", live: 1000, allowed: 0},
		{text: "-1", malformed: true},
		{text: "101%", malformed: true},
		{text: "x", malformed: true},
		{text: "1e9%", malformed: true},
	}
	for _, tt := range tests {
		limit, err := DefaultMaxRemovals(), error(nil)
		if tt.text != "" {
			limit, err = ParseMaxRemovals(tt.text)
		}
		if (err != nil) != tt.malformed {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if got := limit.of(tt.live); !tt.malformed && got != tt.allowed {
			t.Errorf("%q of %d allows %d, want %d", tt.text, tt.live, got, tt.allowed)
		}
	}
}
