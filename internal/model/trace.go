package model

import (
	"context"
	"time"
)

// A Trace is called after each statement, with its name, how many rows it read or wrote, below 0 where that is not
// known, and how long it took. It gets no values: they may be personal data.
type Trace func(statement string, rows int, took time.Duration)

type traceKey struct{}

// WithTrace returns a context under which statements are traced.
func WithTrace(ctx context.Context, trace Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, trace)
}

// Begin begins a statement. The function that it returns ends it.
func Begin(ctx context.Context, statement string) func(rows int) {
	trace, traced := ctx.Value(traceKey{}).(Trace)
	if !traced {
		return func(int) {}
	}
	began := time.Now()
	return func(rows int) { trace(statement, rows, time.Since(began)) }
}
