package sync

import (
	"fmt"
	"maps"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// plan is how a pass over customers or orders will go about it.
type plan struct {
	mode Mode
	// since is the position from which an incremental pass takes up.
	since biotrack.Position
	// sinceKnown says that there is such a position.
	sinceKnown bool
	// next will be the watermark's position when the pass has ended.
	next biotrack.Position
	// pages says that everything is read, in key order, after the key given.
	pages bool
	after string
	// done is about how many rows were read before that.
	done int64
	// resumed says that the pass goes on with one that was cut off.
	resumed bool
	// afresh says that nothing in the watermark is relied upon, so that it need not fit the store.
	afresh bool
	// warning says why the pass does more than was asked.
	warning string
}

// from is the key after which pages begin, nil for the table's beginning.
func (p *plan) from() *string {
	if !p.resumed {
		return nil
	}
	return &p.after
}

// aside is the plan for a pass that leaves the watermark alone, and so is not gone on with.
func (p *plan) aside(mode Mode) plan {
	aside := *p
	aside.mode, aside.pages, aside.resumed, aside.after, aside.warning = mode, true, false, "", ""
	return aside
}

// standing is where a stream's source is when a pass begins.
type standing struct {
	identity  biotrack.Identity
	positions biotrack.Positions
	settings  map[string]string
}

// makePlan decides how a pass goes about its stream. Where the watermark is not of this source and these settings, it refuses,
// unless everything is to be read again anyway: to go on from the wrong place would lose rows without a word.
func makePlan(stream string, w *checkpoint.Watermark, now standing, full bool) (plan, error) {
	everything := plan{mode: ModeFirst, next: now.positions.Next, pages: true, afresh: true}
	if full {
		everything.mode = ModeFull
	}
	if w == nil {
		return everything, nil
	}
	problem, err := mismatch(w, now)
	if err != nil {
		return plan{}, err
	}
	if problem != "" {
		if full {
			return everything, nil
		}
		return plan{}, refusal(stream, problem)
	}
	if warning := outlived(w, now); warning != "" {
		everything.mode, everything.warning = ModeFull, warning
		return everything, nil
	}
	return goOn(w, now, everything, full)
}

// goOn plans a pass that takes up where the watermark stands.
func goOn(w *checkpoint.Watermark, now standing, everything plan, full bool) (plan, error) {
	if u := w.Unfinished; u != nil && (!full || Mode(u.Mode) == ModeFull) {
		after, err := u.Key()
		if err != nil {
			return plan{}, err
		}
		next, err := biotrack.ParsePosition(u.Next)
		return plan{mode: Mode(u.Mode), next: next, pages: true, after: after, done: w.Pass.Read, resumed: true}, err
	}
	if full {
		return everything, nil
	}
	since, err := biotrack.ParsePosition(w.Position)
	return plan{mode: ModeIncremental, since: since, sinceKnown: true, next: now.positions.Next}, err
}

// reached is the position that the watermark relies upon.
func reached(w *checkpoint.Watermark) (biotrack.Position, error) {
	if w.Unfinished != nil {
		return biotrack.ParsePosition(w.Unfinished.Next)
	}
	return biotrack.ParsePosition(w.Position)
}

// mismatch says in what the watermark does not fit the source or the settings; empty where it does.
func mismatch(w *checkpoint.Watermark, now standing) (string, error) {
	position, err := reached(w)
	if err != nil {
		return "", err
	}
	switch problem := foreign(w, now.identity); {
	case problem != "":
		return problem, nil
	case position > now.positions.Current:
		return fmt.Sprintf("watermark is ahead of BioTrack (%s, BioTrack is at %s): BioTrack was restored from a backup",
			position, now.positions.Current), nil
	case !maps.Equal(w.Settings, now.settings):
		return "settings have changed since the watermark was written: " + differences(w.Settings, now.settings), nil
	}
	return "", nil
}

// foreign says in what the watermark is of another source; empty where it is of this one.
func foreign(w *checkpoint.Watermark, now biotrack.Identity) string {
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

// refusal is the error for a watermark that does not fit.
func refusal(stream, problem string) error {
	return &SetupError{Problem: stream + ": " + problem, HintText: "if this is as it should be, " + startOver(stream)}
}

func serverName(id biotrack.Identity) string {
	if id.SystemIdentifier == "" {
		return "of unknown identity"
	}
	return "system identifier " + id.SystemIdentifier
}

// outlived says why the watermark's position means nothing any more, though it is of this source; empty where it does.
func outlived(w *checkpoint.Watermark, now standing) string {
	if t := w.Source.Timeline; t != 0 && now.identity.Timeline != 0 && t != now.identity.Timeline {
		return fmt.Sprintf("BioTrack went from timeline %d to %d (a failover, or a restore to a point in time): reading everything again",
			t, now.identity.Timeline)
	}
	if position, err := reached(w); err != nil || !position.Reaches(now.positions.Current) {
		return "watermark is too old to tell what changed since: reading everything again"
	}
	return ""
}
