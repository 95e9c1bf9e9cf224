package sync

import (
	"strings"
	"testing"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

func TestMakePlan(t *testing.T) {
	const wrapped = 1 << 32
	here := biotrack.Identity{SystemIdentifier: "1", Timeline: 1, Database: "b", DatabaseOID: 5}
	source := checkpoint.Source(here)
	all := map[string]string{"locations": "all"}
	row := model.Witness{Key: "7", XID: "60", Name: "n", Content: "c"}
	evidence := map[string]model.Evidence{"tickets": {Relations: []string{"1 r"}, Witnesses: []model.Witness{row}}}
	at := func(position string) *checkpoint.Watermark {
		return &checkpoint.Watermark{
			Source: &source, Settings: all, Reads: Orders.reads, Position: position, WAL: 500, Evidence: evidence,
		}
	}
	on := func(mode Mode, next string) *checkpoint.Watermark {
		w := at("")
		w.Unfinished = checkpoint.NewUnfinished(string(mode), next, "k")
		return w
	}
	from := func(change func(*biotrack.Identity)) *checkpoint.Watermark {
		id, w := here, at("4294967300")
		change(&id)
		w.Source = (*checkpoint.Source)(&id)
		return w
	}
	seen := func(change func(*biotrack.TableState)) func(*sourceState) {
		return func(now *sourceState) {
			state := now.Tables["tickets"]
			change(&state)
			now.Tables["tickets"] = state
		}
	}
	witness := func(change func(*biotrack.Witness)) func(*sourceState) {
		return seen(func(state *biotrack.TableState) { change(&state.Witnesses[0]) })
	}
	relations := func(all ...biotrack.Relation) func(*sourceState) {
		return seen(func(state *biotrack.TableState) { state.Relations.All = all })
	}
	fromScratch := func(mode Mode, warning string) plan {
		return plan{mode: mode, next: wrapped + 90, warning: warning}
	}
	incremental := plan{mode: ModeIncremental, since: wrapped + 4, next: wrapped + 90}
	older, less, ahead := at("4294967300"), at("4294967300"), at("4294967300")
	older.Evidence, less.Reads, ahead.WAL = nil, 0, 501
	tests := []struct {
		name string
		w    *checkpoint.Watermark
		// now changes the source's state.
		now     func(*sourceState)
		full    bool
		want    plan
		problem string
	}{
		{name: "no watermark", want: fromScratch(ModeFirst, "")},
		{name: "no watermark, full", full: true, want: fromScratch(ModeFull, "")},
		{name: "incremental", w: at("4294967300"), want: incremental},
		{name: "as far as it goes", w: at("4294967396"), want: plan{mode: ModeIncremental, since: wrapped + 100,
			next: wrapped + 90}},
		{name: "not flushed", w: at("4294967300"), want: plan{mode: ModeIncremental, since: wrapped + 4,
			next: wrapped + 4}, now: func(now *sourceState) { now.Positions.Durable = 0 }},
		{name: "flushed by a checkpoint in between", w: at("4294967300"), want: plan{mode: ModeIncremental,
			since: wrapped + 4, next: wrapped + 50},
			now: func(now *sourceState) { now.Positions.Durable = wrapped + 50 }},
		{name: "not flushed, and no watermark", problem: "not flushed",
			now: func(now *sourceState) { now.Positions.Durable = 0 }},
		{name: "quiet", w: at("4294967386"), want: plan{mode: ModeIncremental, since: wrapped + 90, next: wrapped + 90,
			quiet: true}, now: func(now *sourceState) { now.Positions.Current = wrapped + 90 }},
		{name: "begun since", w: at("4294967386"), want: plan{mode: ModeIncremental, since: wrapped + 90,
			next: wrapped + 90}, now: func(now *sourceState) { now.Positions.Current = wrapped + 91 }},
		{name: "full", w: at("4294967300"), full: true, want: fromScratch(ModeFull, "")},
		{name: "first pass cut off", w: on(ModeFirst, "4294967300"),
			want: plan{mode: ModeFirst, next: wrapped + 4, after: "k", resumed: true}},
		{name: "full pass cut off", w: on(ModeFull, "4294967300"), full: true,
			want: plan{mode: ModeFull, next: wrapped + 4, after: "k", resumed: true}},
		{name: "full asked for after a first pass was cut off", w: on(ModeFirst, "4294967300"), full: true,
			want: fromScratch(ModeFull, "")},
		{name: "too old", w: at("5"), want: fromScratch(ModeFull, "too old")},
		{name: "unfinished and too old", w: on(ModeFirst, "5"), want: fromScratch(ModeFull, "too old")},
		{name: "of an older version", w: older, want: fromScratch(ModeFull, "older version")},
		{name: "of a version that read less", w: less, want: fromScratch(ModeFull, "did not read all")},
		{name: "failover", w: from(func(id *biotrack.Identity) { id.Timeline = 3 }),
			want: fromScratch(ModeFull, "timeline 3 to 1")},
		{name: "timeline not told before", w: from(func(id *biotrack.Identity) { id.Timeline = 0 }), want: incremental},
		{name: "put back", w: at("4294967397"), want: fromScratch(ModeFull, "put back")},
		{name: "unfinished and put back", w: on(ModeFull, "4294967397"), want: fromScratch(ModeFull, "put back")},
		{name: "put back, full", w: at("4294967397"), full: true, want: fromScratch(ModeFull, "")},
		{name: "log put back", w: ahead, want: fromScratch(ModeFull, "put back")},
		{name: "standby behind", w: at("4294967397"), problem: "standby is behind",
			now: func(now *sourceState) { now.Positions.Standby = true }},
		{name: "standby's log behind", w: ahead, problem: "standby is behind",
			now: func(now *sourceState) { now.Positions.Standby = true }},
		{name: "witness gone", w: at("4294967300"), want: fromScratch(ModeFull, "key 7"),
			now: seen(func(state *biotrack.TableState) { state.Witnesses = nil })},
		{name: "unfinished, witness gone", w: on(ModeFirst, "4294967300"), want: fromScratch(ModeFull, "key 7"),
			now: seen(func(state *biotrack.TableState) { state.Witnesses = nil })},
		{name: "witness written since", w: at("4294967300"), want: incremental,
			now: witness(func(w *biotrack.Witness) { w.XID, w.Content, w.Newer = "70", "d", true })},
		{name: "witness of another id written since", w: at("4294967300"), want: fromScratch(ModeFull, "key 7"),
			now: witness(func(w *biotrack.Witness) { w.XID, w.Name, w.Newer = "70", "o", true })},
		{name: "all written since a restart", w: at("4294967300"), want: fromScratch(ModeFull, "after a restart"),
			now: func(now *sourceState) {
				now.Restarted = true
				witness(func(w *biotrack.Witness) { w.XID, w.Content, w.Newer = "70", "d", true })(now)
			}},
		{name: "restart", w: at("4294967300"), want: incremental, now: func(now *sourceState) { now.Restarted = true }},
		{name: "row that was not there", w: at("4294967300"), want: fromScratch(ModeFull, "key 9"),
			now: seen(func(state *biotrack.TableState) { state.Unwitnessed = "9" })},
		{name: "witness older than it was", w: at("4294967300"), want: fromScratch(ModeFull, "key 7"),
			now: witness(func(w *biotrack.Witness) { w.XID = "50" })},
		{name: "witness of the same transaction and another content", w: at("4294967300"),
			want: fromScratch(ModeFull, "key 7"),
			now:  witness(func(w *biotrack.Witness) { w.Content, w.Newer = "d", true })},
		{name: "table swapped", w: at("4294967300"), want: fromScratch(ModeFull, "now reads public.tickets"),
			now: relations(biotrack.Relation{ID: "2 r", Name: "public.tickets"})},
		{name: "child attached", w: at("4294967300"), want: fromScratch(ModeFull, "now reads public.old"),
			now: relations(biotrack.Relation{ID: "1 r"}, biotrack.Relation{ID: "2 r", Name: "public.old"})},
		{name: "child created since", w: at("4294967300"), want: incremental,
			now: relations(biotrack.Relation{ID: "1 r"}, biotrack.Relation{ID: "2 r", New: true})},
		{name: "table created since", w: at("4294967300"), want: fromScratch(ModeFull, "no longer reads"),
			now: relations(biotrack.Relation{ID: "2 r", New: true})},
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
			now := sourceState{settings: all, State: biotrack.State{Identity: here, Positions: biotrack.Positions{
				Next: wrapped + 90, Current: wrapped + 100, Durable: wrapped + 90, WAL: 500,
			}, Tables: map[string]biotrack.TableState{"tickets": {
				Relations: biotrack.Relations{All: []biotrack.Relation{{ID: "1 r"}}},
				Witnesses: []biotrack.Witness{{Witness: row}},
			}}}}
			if tt.now != nil {
				tt.now(&now)
			}
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
			limit, err = ParseLimit(tt.text)
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
