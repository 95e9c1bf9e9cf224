package cmd

import (
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// history is what Prometheus has scraped, once a minute.
type history map[string]*promql.Series

// scrapeEvery is how far scrapes and evaluations of rules are apart in the made histories.
const scrapeEvery = time.Minute

// lengthOf is how long the made histories are.
const lengthOf = 40 * time.Hour

// sinceLast is how long before the end the last passes of every three hours are.
const sinceLast = 90 * time.Minute

// course alters the passes of a history by how long before its end they begin, and tells whether one is made. Unaltered, a pass takes 3 seconds,
// succeeds, rejects nothing and leaves 100 products on the menu.
type course func(ago time.Duration, e *ended) bool

// play is a stream's passes over the history, at their usual cadence.
type play struct {
	stream string
	course course
	// gone is since when before the end nothing is scraped, 0 for all is.
	gone time.Duration
}

// perform plays the passes and scrapes what the program would tell of each, until the next one.
func (h history) perform(t *testing.T, end time.Time, p play) {
	t.Helper()
	passes, last := p.passes(end), end.Add(-p.gone)
	for i, e := range passes {
		until := last
		if i+1 < len(passes) && passes[i+1].began.Before(last) {
			until = passes[i+1].began.Add(-scrapeEvery)
		}
		h.scrape(t, e, p.stream, until)
	}
}

// passes are those that are made until the end.
func (p play) passes(end time.Time) (passes []ended) {
	cadence, former := usualCadences()[p.stream], ""
	for began := lengthOf; began >= 0; began -= scrapeEvery {
		if began%cadence != sinceLast%cadence {
			continue
		}
		if e, made := p.make(end, began, former); made {
			former, passes = exposition(e.metrics(), shopName, p.stream), append(passes, e)
		}
	}
	return passes
}

// make makes the pass that begins so long before the end; former is what the one before has told.
func (p play) make(end time.Time, ago time.Duration, former string) (ended, bool) {
	began := end.Add(-ago)
	e := ended{began: began, end: began.Add(3 * time.Second)}
	if p.stream == sync.StreamProducts {
		menu := int64(100)
		e.menu = &menu
	}
	if p.course != nil && !p.course(ago, &e) {
		return e, false
	}
	if e.code == exitOK {
		e.success = &span{e.began, e.end}
	} else {
		e.menu = nil
		e.remember(former, shopName, p.stream)
	}
	return e, true
}

// scrape scrapes what a pass has told, from its begin until a moment.
func (h history) scrape(t *testing.T, e ended, stream string, until time.Time) {
	t.Helper()
	series, values := exposed(t, e, stream)
	for i, labels := range series {
		s := h[labels.String()]
		if s == nil {
			s = &promql.Series{Metric: labels}
			h[labels.String()] = s
		}
		for at := e.began; !at.After(until); at = at.Add(scrapeEvery) {
			s.Floats = append(s.Floats, promql.FPoint{T: at.UnixMilli(), F: values[i]})
		}
	}
}

// Each course begins so long before the end.

func failing(code int, since time.Duration) course {
	return func(ago time.Duration, e *ended) bool {
		if ago <= since {
			e.code = code
		}
		return true
	}
}

func stopping(since time.Duration) course {
	return func(ago time.Duration, _ *ended) bool { return ago > since }
}

func menuOf(products int64, since time.Duration) course {
	return func(ago time.Duration, e *ended) bool {
		if ago <= since {
			e.menu = &products
		}
		return true
	}
}

// rejecting counts 40 rejects before; one pass between fails, and counts none.
func rejecting(rejects int64, since time.Duration) course {
	return func(ago time.Duration, e *ended) bool {
		e.result.Reasons = map[string]int64{sync.ReasonBadTotal: 40}
		if ago <= since {
			e.result.Reasons[sync.ReasonBadTotal] = rejects
		}
		if ago == sinceLast+9*time.Hour {
			e.code, e.result.Reasons = exitUnavailable, nil
		}
		return true
	}
}

func taking(d, since time.Duration) course {
	return func(ago time.Duration, e *ended) bool {
		if ago <= since {
			e.end = e.began.Add(d)
		}
		return true
	}
}
