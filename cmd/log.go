package cmd

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// The keys of log lines.
const (
	keyStore     = "store"
	keyStream    = "stream"
	keyMode      = "mode"
	keyPass      = "pass_id"
	keyRead      = "read"
	keyInserted  = "inserted"
	keyUpdated   = "updated"
	keyUnchanged = "unchanged"
	keyRemoved   = "removed"
	keyRejected  = "rejected"
	keyReasons   = "reject_reasons"
	keyPosition  = "position"
	keyDuration  = "duration_ms"
	keyDryRun    = "dry_run"
	keyExitCode  = "exit_code"
	keyHint      = "hint"
)

// logPass writes the one line that a pass leaves.
func (a *app) logPass(ctx context.Context, stream string, r sync.Result, took time.Duration, err error) {
	if err != nil {
		code := exitCode(ctx, err)
		line := a.log.Error().Str(keyStream, stream).Int(keyExitCode, code).Str(zerolog.ErrorFieldName, describe(ctx, err, code))
		counts(line, r).Str(keyHint, hintFor(err, code)).Int64(keyDuration, took.Milliseconds()).Msg("pass failed")
		return
	}
	line := a.log.Info().Str(keyStream, stream)
	if len(r.Reasons) > 0 {
		line = a.log.Warn().Str(keyStream, stream).Interface(keyReasons, r.Reasons)
	}
	counts(line, r).Str(keyPosition, r.Position).Int64(keyDuration, took.Milliseconds()).Msg("pass done")
}

func counts(e *zerolog.Event, r sync.Result) *zerolog.Event {
	c := r.Counts
	return e.Str(keyMode, string(r.Mode)).Int64(keyPass, r.PassID).Bool(keyDryRun, r.DryRun).
		Int64(keyRead, c.Read).Int64(keyInserted, c.Inserted).Int64(keyUpdated, c.Updated).
		Int64(keyUnchanged, c.Unchanged).Int64(keyRemoved, c.Removed).Int64(keyRejected, c.Rejected)
}
