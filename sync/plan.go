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
	// since is the position from which an incremental pass starts, sinceKnown reports whether there is one.
	since      biotrack.Position
	sinceKnown bool
	// next will be the watermark's position when the pass has ended.
	next biotrack.Position
	// pages reports whether everything is read, in key order, after the key given.
	pages bool
	after string
	// done is about how many rows were read before that.
	done int64
	// resumed reports whether the pass resumes one that was cut off.
	resumed bool
	// fromScratch reports whether the pass uses nothing of the watermark, so that it need not fit the store.
	fromScratch bool
	// warning says why the pass does more than was asked.
	warning string
}

// from returns the key after which pages begin, nil for the table's beginning.
func (p *plan) from() *string {
	if !p.resumed {
		return nil
	}
	return &p.after
}

// keepWatermark makes the plan one of a pass that keeps the watermark, and so is never resumed.
func (p *plan) keepWatermark(mode Mode) {
	p.mode, p.pages, p.resumed, p.after, p.warning = mode, true, false, "", ""
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
	everything := plan{mode: ModeFirst, next: now.positions.Next, pages: true, fromScratch: true}
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
	if warning := expired(w, position, now); warning != "" {
		everything.mode, everything.warning = ModeFull, warning
		return everything, nil
	}
	switch {
	case unfinished != nil && (!full || Mode(unfinished.Mode) == ModeFull):
		after, err := unfinished.Key()
		return plan{
			mode: Mode(unfinished.Mode), next: position, pages: true, after: after, done: w.Pass.Read, resumed: true,
		}, err
	case full:
		return everything, nil
	}
	return plan{mode: ModeIncremental, since: position, sinceKnown: true, next: now.positions.Next}, nil
}

// mismatch returns why the watermark, which is at the position, does not fit the source or the settings; empty where it
// fits.
func mismatch(w *checkpoint.Watermark, position biotrack.Position, now sourceState) string {
	switch problem := otherSource(w, now.identity); {
	case problem != "":
		return problem
	case position > now.positions.Current:
		return fmt.Sprintf("watermark is ahead of BioTrack (%s, BioTrack is at %s): BioTrack was restored from a backup",
			position, now.positions.Current)
	case !maps.Equal(w.Settings, now.settings):
		return "settings have changed since the watermark was written: " + changedSettings(w.Settings, now.settings)
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
		return fmt.Sprintf("watermark is of another BioTrack server (%s, this is %s)", serverName(then), serverName(now))
	case then.Database != now.Database || then.DatabaseOID != now.DatabaseOID:
		return fmt.Sprintf("watermark is of another BioTrack database (%s, oid %d; this is %s, oid %d)",
			then.Database, then.DatabaseOID, now.Database, now.DatabaseOID)
	}
	return ""
}

// refusal returns the error for a watermark that does not fit.
func refusal(stream *Stream, problem string) error {
	return &SetupError{Problem: stream.Name + ": " + problem, HintText: "if this is as it should be, " + stream.startOver}
}

func serverName(id biotrack.Identity) string {
	if id.SystemIdentifier == "" {
		return "of unknown identity"
	}
	return "system identifier " + id.SystemIdentifier
}

// expired returns why the watermark's position is useless although it is of this source, empty where it is not.
func expired(w *checkpoint.Watermark, position biotrack.Position, now sourceState) string {
	if t := w.Source.Timeline; t != 0 && now.identity.Timeline != 0 && t != now.identity.Timeline {
		return fmt.Sprintf("BioTrack went from timeline %d to %d (a failover, or a restore to a point in time): "+
			"reading everything again", t, now.identity.Timeline)
	}
	if !position.Reaches(now.positions.Current) {
		return "watermark is too old to tell what changed since then: reading everything again"
	}
	return ""
}

// changedSettings names the settings that differ.
func changedSettings(then, now map[string]string) string {
	keys := make(map[string]string)
	maps.Copy(keys, then)
	maps.Copy(keys, now)
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if then[key] != now[key] {
			parts = append(parts, key+" was "+then[key]+" and is now "+now[key])
		}
	}
	return strings.Join(parts, ", ")
}
