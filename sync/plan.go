package sync

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// plan is how a pass over a table goes about it.
type plan struct {
	mode Mode
	// since is the position from which an incremental pass starts, 0 where everything is read.
	since biotrack.Position
	// next will be the watermark's position when the pass has ended.
	next biotrack.Position
	// resumed reports whether the pass resumes one that was cut off, which had read about done rows, up to the key
	// after.
	resumed bool
	after   string
	done    int64
	// warning says why the pass does more than was asked.
	warning string
}

// sourceState is the state of a stream's source when a pass begins.
type sourceState struct {
	identity  biotrack.Identity
	positions biotrack.Positions
	settings  map[string]string
}

// makePlan decides how a pass goes about its stream. It refuses a watermark that is not of this source and these
// settings, unless everything is to be read again anyway: to start from the wrong place would lose rows silently.
func makePlan(stream *Stream, w *checkpoint.Watermark, now sourceState, full bool) (plan, error) {
	everything := plan{mode: ModeFirst, next: now.positions.Next}
	if full {
		everything.mode = ModeFull
	}
	if w == nil {
		return everything, nil
	}
	text, unfinished := w.Position, w.Unfinished
	if unfinished != nil {
		text = unfinished.Next
	}
	position, err := biotrack.ParsePosition(text)
	if err != nil {
		return plan{}, err
	}
	if problem := mismatch(w, position, now); problem != "" {
		if full {
			return everything, nil
		}
		return plan{}, refusal(stream, problem)
	}
	// A position may be useless although it is of this source.
	if t := w.Source.Timeline; t != 0 && now.identity.Timeline != 0 && t != now.identity.Timeline {
		everything.warning = fmt.Sprintf("BioTrack went from timeline %d to %d (a failover, or a restore "+
			"to a point in time): reading everything again", t, now.identity.Timeline)
	} else if !position.Reaches(now.positions.Current) {
		everything.warning = "watermark is too old to tell what changed since then: reading everything again"
	}
	switch {
	case everything.warning != "":
		everything.mode = ModeFull
		return everything, nil
	case unfinished != nil && (!full || Mode(unfinished.Mode) == ModeFull):
		after, err := unfinished.Key()
		return plan{mode: Mode(unfinished.Mode), next: position, resumed: true, after: after, done: w.Pass.Read}, err
	case full:
		return everything, nil
	}
	return plan{mode: ModeIncremental, since: position, next: now.positions.Next}, nil
}

// mismatch returns why a watermark at the position does not fit the source or the settings, empty where it fits.
func mismatch(w *checkpoint.Watermark, position biotrack.Position, now sourceState) string {
	if problem := otherSource(w, now.identity); problem != "" {
		return problem
	}
	if position > now.positions.Current {
		return fmt.Sprintf(
			"watermark is ahead of BioTrack (%s, BioTrack is at %s): BioTrack was restored from a backup",
			position, now.positions.Current)
	}
	return settingsProblem(changedSettings(w.Settings, now.settings))
}

// changedSettings says of each setting that differs what it was and what it is.
func changedSettings(then, now map[string]string) (changes []string) {
	keys := maps.Clone(now)
	maps.Copy(keys, then)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if then[key] != now[key] {
			changes = append(changes, key+" was "+then[key]+" and is now "+now[key])
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
		Problem: stream.Name + ": " + problem, HintText: "if this is as it should be, " + stream.startOver,
	}
}

func serverName(id biotrack.Identity) string {
	if id.SystemIdentifier == "" {
		return "of unknown identity"
	}
	return "system identifier " + id.SystemIdentifier
}
