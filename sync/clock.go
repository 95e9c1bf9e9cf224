package sync

import (
	"cmp"
	"fmt"
	"time"
)

// maxSkew is how far two clocks may be apart, or one may go back, before a person has to look.
const maxSkew = 24 * time.Hour

// checkClock has an orders pass record what the till's clock said when it began: that is the present of the points,
// which never goes back. A clock that cannot be right is not recorded, and is the problem that the pass ends with, so
// that no points expire by it. A full pass accepts one that went back and agrees with the host's.
func (r *run) checkClock(till time.Time) {
	const utc = "2006-01-02 15:04:05 UTC"
	host, text := r.env.Store.Now(), till.UTC().Format(utc)
	switch hostText := host.UTC().Format(utc); {
	case till.Sub(host).Abs() > maxSkew:
		r.problem = cmp.Or[error](r.problem, &SetupError{
			Problem: "orders: the clocks of BioTrack's server and of this host are more than a day apart: orders are " +
				"synced, and no points expire until the clocks agree",
			HintText: fmt.Sprintf("set the clock that is wrong: BioTrack's server has %s, this host has %s", text,
				hostText),
		})
	case till.After(r.present) || r.opts.Full && r.present.Sub(till) > maxSkew:
		r.clock = till
	case r.present.Sub(till) > maxSkew:
		r.problem = cmp.Or[error](r.problem, &SetupError{
			Problem: "orders: the clock of BioTrack's server went back by more than a day: orders are synced, and no " +
				"points expire until it has caught up",
			HintText: fmt.Sprintf("it had %s, and has %s; this host has %s; if it is right now, run "+
				"`blackbirdctl sync orders --full`", r.present.UTC().Format(utc), text, hostText),
		})
	}
}
