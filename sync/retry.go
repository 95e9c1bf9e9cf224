package sync

import (
	"context"
	"time"

	"github.com/sethvargo/go-retry"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// maxRetries is how often a read that BioTrack cancels is retried, after a pause that doubles each time. BioTrack
// cancels reads that run into the statement timeout or stand in a standby's way.
const maxRetries = 4

// firstPause is a variable for the tests alone.
var firstPause = time.Second / 2

// withRetry makes one read of BioTrack, and retries it where the server cancelled it.
func (r *run) withRetry(ctx context.Context, read func() error) error {
	pauses := retry.WithMaxRetries(maxRetries, retry.NewExponential(firstPause))
	return retry.Do(ctx, pauses, func(context.Context) error {
		err := read()
		if biotrack.IsCancelled(err) && ctx.Err() == nil {
			r.env.Log.Warn().Str("stream", r.stream.Name).Err(err).Msg("BioTrack cancelled a read: retrying it")
			return retry.RetryableError(err)
		}
		return err
	})
}

// rateLimited makes one read of BioTrack with retries, and then waits until the rows fit the rate limit.
func (r *run) rateLimited(ctx context.Context, read func() (rows int, err error)) error {
	var rows int
	err := r.withRetry(ctx, func() (err error) {
		rows, err = read()
		return err
	})
	if err != nil {
		return err
	}
	r.advance(rows)
	if r.limiter == nil {
		return nil
	}
	return r.limiter.WaitN(ctx, min(rows, r.limiter.Burst()))
}
