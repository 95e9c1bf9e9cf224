package sync

import (
	"context"
	"time"

	"github.com/sethvargo/go-retry"
	"golang.org/x/time/rate"

	"github.com/blackbirdctl/blackbirdctl/biotrack"
)

// A read that BioTrack cancels, for it ran into the statement timeout or stood in a standby's way, is tried again this often, after a pause
// that doubles each time.
const retries = 4

// firstPause is a variable for the tests alone.
var firstPause = time.Second / 2

// patiently runs one read of BioTrack, again where the server cancelled it.
func (e *Env) patiently(ctx context.Context, stream string, read func() error) error {
	pauses := retry.WithMaxRetries(retries, retry.NewExponential(firstPause))
	return retry.Do(ctx, pauses, func(context.Context) error {
		err := read()
		if biotrack.IsCancelled(err) && ctx.Err() == nil {
			e.Log.Warn().Str("stream", stream).Err(err).Msg("BioTrack cancelled a read: trying again")
			return retry.RetryableError(err)
		}
		return err
	})
}

// paced runs one read of BioTrack patiently, and then waits as long as the rate at which rows may be read asks for.
func (b *base) paced(ctx context.Context, read func() (rows int, err error)) error {
	var rows int
	err := b.patiently(ctx, b.stream, func() (err error) {
		rows, err = read()
		return err
	})
	if err != nil {
		return err
	}
	b.advance(rows)
	if b.pace == nil {
		return nil
	}
	return b.pace.WaitN(ctx, min(rows, b.pace.Burst()))
}

// newPace returns what keeps reads at so many rows a second, nil for no limit. A page is never larger than a second's rows.
func newPace(rowsPerSecond int) *rate.Limiter {
	if rowsPerSecond <= 0 {
		return nil
	}
	return rate.NewLimiter(rate.Limit(rowsPerSecond), rowsPerSecond)
}
