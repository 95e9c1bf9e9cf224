package cmd

import (
	"context"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/blackbirdctl/blackbirdctl/sync"
	"github.com/blackbirdctl/blackbirdctl/sync/checkpoint"
)

// longestPause is the longest between two looks at a lock that another pass holds; the first is a second.
const longestPause = 15 * time.Second

// whileLocked makes a pass, again and again while another one holds the stream's lock, for as long as --if-locked says.
func (a *app) whileLocked(ctx context.Context, stream string, pass func() (sync.Result, error)) (sync.Result, error) {
	if a.cfg.IfLocked.Wait == 0 {
		return pass()
	}
	pauses := retry.WithMaxDuration(a.cfg.IfLocked.Wait,
		retry.WithCappedDuration(longestPause, retry.NewExponential(time.Second)))
	waits := false
	return retry.DoValue(ctx, pauses, func(context.Context) (sync.Result, error) {
		r, err := pass()
		if !is[*checkpoint.LockedError](err) {
			return r, err
		}
		if !waits {
			a.log.Info().Str(keyStream, stream).Stringer("at_most", a.cfg.IfLocked.Wait).Msg(err.Error() + ": waiting")
		}
		waits = true
		return r, retry.RetryableError(err)
	})
}

// skips reports whether a pass that ended with the error is to be left to the one that holds the lock.
func (a *app) skips(err error) bool { return a.cfg.IfLocked.Skip && is[*checkpoint.LockedError](err) }
