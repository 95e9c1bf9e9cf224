package cmd

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
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
	keyNotices   = "notices"
	keyPosition  = "position"
	keyDuration  = "duration_ms"
	keyDryRun    = "dry_run"
	keyExitCode  = "exit_code"
	keyHint      = "hint"
)

// inLog reports whether a pass's log line is its result too: in a log of one form. What a verification or a backfill
// found is too much for a line of the log: of these the result is the line.
func (a *app) inLog(r sync.Result) bool {
	return a.oneForm && !a.cfg.General.Changed("output") && r.Findings == nil
}

// logPass writes the one line that a pass leaves. A log for people has none of a pass that failed: its error follows.
// On a terminal the result is that line. Rejects are a warning once.
func (a *app) logPass(ctx context.Context, stream string, r sync.Result, took time.Duration, err error) {
	resultFollows := err == nil && a.oneForm && !a.inLog(r)
	if a.reported = err != nil && a.json; err != nil && !a.json || a.plain || resultFollows {
		return
	}
	line, message := a.log.Info().Str(keyStream, stream), "pass done"
	code := exitCode(ctx, err)
	switch {
	case err != nil:
		line, message = a.log.Error().Str(keyStream, stream), "pass failed"
		line.Int(keyExitCode, code).Str(zerolog.ErrorFieldName, describe(ctx, err, code))
	case r.NewRejects > 0:
		line = a.log.Warn().Str(keyStream, stream).Interface(keyReasons, r.Reasons)
	}
	if err == nil && r.NewRejects == 0 && len(r.Reasons) > 0 {
		line.Interface(keyReasons, r.Reasons)
	}
	c := r.Counts
	line.Str(keyMode, string(r.Mode)).Int64(keyPass, r.PassID).Bool(keyDryRun, r.DryRun).
		Int64(keyRead, c.Read).Int64(keyInserted, c.Inserted).Int64(keyUpdated, c.Updated).
		Int64(keyUnchanged, c.Unchanged).Int64(keyRemoved, c.Removed).Int64(keyRejected, c.Rejected)
	if len(r.Notices) > 0 {
		line.Interface(keyNotices, r.Notices)
	}
	if err != nil {
		line.Str(keyHint, hintFor(err, code))
	} else {
		line.Str(keyPosition, r.Position)
	}
	if a.inLog(r) {
		addRest(line, r)
	}
	line.Int64(keyDuration, took.Milliseconds()).Msg(message)
}

// addRest adds what a result has beyond the keys of every line.
func addRest(line *zerolog.Event, r sync.Result) {
	rest := make(map[string]json.RawMessage)
	text, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(text, &rest)
	}
	if err != nil {
		return
	}
	for _, key := range []string{
		keyStore, keyStream, keyMode, keyPass, keyDryRun, "rows", keyReasons, keyNotices, keyPosition,
	} {
		delete(rest, key)
	}
	for _, key := range slices.Sorted(maps.Keys(rest)) {
		line.RawJSON(key, rest[key])
	}
}

// logStatement writes a line for a statement. Its values are nobody's business.
func (a *app) logStatement(statement string, rows int, took time.Duration) {
	line := a.log.Debug().Str("statement", statement)
	if rows >= 0 {
		line.Int("rows", rows)
	}
	line.Int64(keyDuration, took.Milliseconds()).Msg("statement done")
}
