package sync

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// plan is how a pass over a table goes about it.
type plan struct {
	mode Mode
	// since is the position from which an incremental pass starts, 0 where everything is read.
	since biotrack.Position
	// next will be the watermark's position when the pass has ended.
	next biotrack.Position
	// pass is the one that wrote the watermark from which an incremental pass starts.
	pass checkpoint.Pass
	// quiet reports whether nothing has completed at the source since the position: no table need be scanned.
	quiet bool
	// resumed reports whether the pass resumes one that was cut off, which had read about done rows, up to the key
	// after.
	resumed bool
	after   string
	done    int64
	// warning says why the pass does more than was asked.
	warning string
}

// sourceState is the state of a stream's source when a pass begins, and the settings that the pass is to have.
type sourceState struct {
	biotrack.State
	settings map[string]string
}

// makePlan decides how a pass goes about its stream. It refuses a watermark that is not of this source and these
// settings, unless everything is to be read again anyway: to start from the wrong place would lose rows silently. A
// source that went back, or changed under its name, is read again in full.
func makePlan(stream *Stream, w *checkpoint.Watermark, now sourceState, full bool) (plan, error) {
	everything := plan{mode: ModeFirst, next: now.Positions.Durable}
	if full {
		everything.mode = ModeFull
	}
	if w == nil {
		return everything, everything.check()
	}
	if problem := mismatch(w, now); problem != "" {
		if full {
			return everything, everything.check()
		}
		return plan{}, refusal(stream, problem)
	}
	position, err := watermarkPosition(w)
	if err != nil {
		return plan{}, err
	}
	behind := behind(w, position, now.Positions)
	if behind != "" && now.Positions.Standby && !full {
		return plan{}, &biotrack.Error{Op: "read position", Err: fmt.Errorf("%w: %s", biotrack.ErrBehind, behind)}
	}
	warning := unusable(stream, w, position, now, behind)
	switch unfinished := w.Unfinished; {
	case warning != "":
		if everything.mode = ModeFull; !full {
			everything.warning = warning
		}
		return everything, everything.check()
	case unfinished != nil && (!full || Mode(unfinished.Mode) == ModeFull):
		after, err := unfinished.Key()
		return plan{mode: Mode(unfinished.Mode), next: position, resumed: true, after: after, done: w.Pass.Read}, err
	case full:
		return everything, everything.check()
	}
	return plan{
		mode: ModeIncremental, since: position, pass: w.Pass, quiet: now.Positions.Quiet(position),
		// A position that might not survive a crash is not kept; the old one is always right.
		next: max(min(position, now.Positions.Next), now.Positions.Durable),
	}, nil
}

// check returns an error where the pass has no position to leave to the next one.
func (p plan) check() error {
	if p.next == 0 {
		return &biotrack.Error{Op: "read position", Err: biotrack.ErrUnflushed}
	}
	return nil
}

// watermarkPosition is how far the stream is synced, or will be when its unfinished pass has ended.
func watermarkPosition(w *checkpoint.Watermark) (biotrack.Position, error) {
	if w.Unfinished != nil {
		return biotrack.ParsePosition(w.Unfinished.Next)
	}
	return biotrack.ParsePosition(w.Position)
}

// behind returns in what the source is behind the watermark, empty where it is not.
func behind(w *checkpoint.Watermark, position biotrack.Position, now biotrack.Positions) string {
	switch {
	case position > now.Current:
		return fmt.Sprintf("BioTrack is at transaction %s, and the watermark at %s", now.Current, position)
	case w.WAL > now.WAL:
		return fmt.Sprintf("BioTrack's write-ahead log is at %d, and the watermark at %d", now.WAL, w.WAL)
	}
	return ""
}

// unusable returns why the position of a watermark of this source does not show what changed since, empty where it
// does.
func unusable(
	stream *Stream, w *checkpoint.Watermark, position biotrack.Position, now sourceState, behind string,
) string {
	const putBack = "BioTrack was put back to an earlier state: reading everything again"
	switch then := w.Source.Timeline; {
	case w.Evidence == nil:
		return "watermark is of an older version of blackbirdctl, which did not notice it if BioTrack was put back " +
			"to an earlier state: reading everything again, once"
	case w.Reads != stream.reads:
		// The witnesses are no longer what they were either: they are compared by the columns that are read.
		return "watermark is of an older version of blackbirdctl, which did not read all that this one reads of a " +
			"row: reading everything again, once"
	case then != 0 && now.Identity.Timeline != 0 && then != now.Identity.Timeline:
		return fmt.Sprintf("BioTrack went from timeline %d to %d (a failover, or a restore "+
			"to a point in time): reading everything again", then, now.Identity.Timeline)
	case behind != "":
		return behind + ": " + putBack
	case !position.Reaches(now.Positions.Current):
		return "watermark is too old to tell what changed since then: reading everything again"
	}
	for _, table := range slices.Sorted(maps.Keys(now.Tables)) {
		state, then := now.Tables[table], w.Evidence[table]
		if change := changedRelations(then.Relations, state.Relations.All); change != "" {
			return "table " + table + " is not what it was: " + change + ": reading everything again"
		}
		if change := changedWitness(then.Witnesses, state.Witnesses); change != "" {
			return "table " + table + ": " + change + ": it was deleted, or " + putBack
		}
		if state.Unwitnessed != "" {
			return "table " + table + ": the row with key " + state.Unwitnessed + " is older than the last pass, " +
				"which did not see it: " + putBack
		}
		if now.Restarted && !anyKept(then.Witnesses, state.Witnesses) {
			return "table " + table + ": after a restart of BioTrack's server none of the newest rows is as it was: " +
				"BioTrack may have been put back to an earlier state: reading everything again"
		}
	}
	return ""
}

// changedRelations returns how the relations that a name reads differ from those that it read, empty where they do not.
// One that was created since is no difference: its rows are new, and found as such.
func changedRelations(then []string, now []biotrack.Relation) string {
	gone := make(map[string]bool)
	for _, id := range then {
		gone[id] = true
	}
	for _, r := range now {
		if !gone[r.ID] && !r.New {
			return "it now reads " + r.Name
		}
		delete(gone, r.ID)
	}
	if len(gone) > 0 {
		return "it no longer reads a relation that it read before"
	}
	return ""
}

// changedWitness returns which witness is no longer as it was and was not written since either, empty for none. No row
// changes without a new transaction id, and the same transaction never writes two states of it that others see.
func changedWitness(then []model.Witness, now []biotrack.Witness) string {
	for _, w := range then {
		if !slices.ContainsFunc(now, func(row biotrack.Witness) bool {
			return row.Witness == w || row.Key == w.Key && row.Name == w.Name && row.XID != w.XID && row.Newer
		}) {
			return "the row with key " + w.Key + " is gone or another one"
		}
	}
	return ""
}

// anyKept reports whether any witness is as it was, or there were none.
func anyKept(then []model.Witness, now []biotrack.Witness) bool {
	return len(then) == 0 || slices.ContainsFunc(now, func(row biotrack.Witness) bool {
		return slices.Contains(then, row.Witness)
	})
}

// mismatch returns why a watermark does not fit the source or the settings, empty where it fits.
func mismatch(w *checkpoint.Watermark, now sourceState) string {
	if problem := otherSource(w, now.Identity); problem != "" {
		return problem
	}
	return settingsProblem(changedSettings(w.Settings, now.settings))
}

// changedSettings says of each setting that differs what it was and what it is.
func changedSettings(then, now map[string]string) (changes []string) {
	keys := maps.Clone(now)
	maps.Copy(keys, then)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if then[key] != now[key] {
			changes = append(changes, key+" was "+cmp.Or(then[key], "unset")+" and is now "+cmp.Or(now[key], "unset"))
		}
	}
	return changes
}

// settingsProblem returns why changed settings do not fit a watermark, empty where none has changed.
func settingsProblem(changes []string) string {
	if len(changes) == 0 {
		return ""
	}
	return "settings have changed since the watermark was written: " + strings.Join(changes, ", ")
}

// withoutXmin returns why the stream's changes cannot be found by transaction ids, empty where they can.
func (s sourceState) withoutXmin() string {
	for _, table := range slices.Sorted(maps.Keys(s.Tables)) {
		if reason := s.Tables[table].Relations.NoXmin; reason != "" {
			return fmt.Sprintf("table %s does not show which transaction wrote a row: %s", table, reason)
		}
	}
	return ""
}

// otherSource returns why the watermark is of another source, empty where it is of this one.
func otherSource(w *checkpoint.Watermark, now biotrack.Identity) string {
	var then biotrack.Identity
	if w.Source != nil {
		then = biotrack.Identity(*w.Source)
	}
	switch {
	case then.SystemIdentifier != now.SystemIdentifier:
		return fmt.Sprintf("watermark is of another BioTrack server (%s, this is %s)", serverName(then),
			serverName(now))
	case then.Database != now.Database || then.DatabaseOID != now.DatabaseOID:
		return fmt.Sprintf("watermark is of another BioTrack database (%s, oid %d; this is %s, oid %d)",
			then.Database, then.DatabaseOID, now.Database, now.DatabaseOID)
	}
	return ""
}

// refusal returns the error for a watermark that does not fit.
func refusal(stream *Stream, problem string) error {
	return &SetupError{
		Problem:  stream.Name + ": " + problem,
		HintText: "if this is as it should be, " + stream.startOver + ", with the same options: " + stream.startsOver,
	}
}

func serverName(id biotrack.Identity) string {
	if id.SystemIdentifier == "" {
		return "of unknown identity"
	}
	return "system identifier " + id.SystemIdentifier
}
