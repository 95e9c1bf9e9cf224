package deploy_test

import (
	"slices"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql"
)

// history is what Prometheus has scraped, once a minute, by series.
type history map[string]*promql.Series

const (
	// scrapeInterval is the time between scrapes, and between evaluations of rules.
	scrapeInterval = time.Minute
	historyLength  = 52 * time.Hour
	// lastPass is how long before the end of a history the last passes of the slow streams begin.
	lastPass = 90 * time.Minute
	// passDuration is how long a pass takes unless its script says otherwise.
	passDuration = 3 * time.Second
)

// cadences are those of the schedules in this folder.
var cadences = map[string]time.Duration{"customers": 3 * time.Hour, "orders": 3 * time.Hour,
	"products": 5 * time.Minute, "orders" + ofVerify: 24 * time.Hour}

// pass is one pass of a made history.
type pass struct {
	began, ended time.Time
	code         int
	menu         int64
	rejects      int64
	differences  int64
	// success is the last pass that succeeded, this one included; nil before the first.
	success *pass
}

// script changes the passes of a history by how long before its end they begin, and reports whether the pass runs at
// all. Unless it is changed, a pass takes passDuration, succeeds, rejects nothing and leaves 100 products on the menu.
type script func(ago time.Duration, p *pass) bool

// play is a stream's passes over the history, at their usual cadence.
type play struct {
	stream string
	script script
	// lost is how long before the end the scrapes cease, 0 if they do not.
	lost time.Duration
}

// record adds the series that Prometheus would have scraped. Each pass rewrites the metrics, and they stay until the
// next.
func (h history) record(metrics map[string]streamMetrics, end time.Time, p play) {
	passes, last := p.passes(end), end.Add(-p.lost)
	for i := range passes {
		until := last
		if i+1 < len(passes) && passes[i+1].began.Before(last) {
			until = passes[i+1].began.Add(-scrapeInterval)
		}
		for _, s := range passes[i].samples(metrics[p.stream]) {
			key := s.labels.String()
			if h[key] == nil {
				h[key] = &promql.Series{Metric: s.labels}
			}
			for at := passes[i].began; !at.After(until); at = at.Add(scrapeInterval) {
				h[key].Floats = append(h[key].Floats, promql.FPoint{T: at.UnixMilli(), F: s.value})
			}
		}
	}
}

// passes are those that run until the end.
func (p play) passes(end time.Time) (passes []pass) {
	var success *pass
	menu := int64(100)
	for ago := historyLength; ago >= 0; ago -= scrapeInterval {
		if cadence := cadences[p.stream]; ago%cadence != lastPass%cadence {
			continue
		}
		began := end.Add(-ago)
		made := pass{began: began, ended: began.Add(passDuration), menu: 100}
		if p.script != nil && !p.script(ago, &made) {
			continue
		}
		if made.code == exitOK {
			success, menu = &made, made.menu
		}
		made.success, made.menu = success, menu
		passes = append(passes, made)
	}
	return passes
}

// samples are those that the program writes after such a pass, with the pass's own values.
func (p *pass) samples(of streamMetrics) (samples []sample) {
	template := of.done
	switch {
	case p.success == nil:
		template = of.never
	case p.code != exitOK:
		template = of.failed
	}
	for _, s := range template {
		switch s.name() {
		case "blackbirdctl_last_run_timestamp_seconds", "blackbirdctl_verify_last_run_timestamp_seconds":
			s.value = seconds(p.ended)
		case "blackbirdctl_last_run_duration_seconds":
			s.value = p.ended.Sub(p.began).Seconds()
		case "blackbirdctl_last_run_exit_code", "blackbirdctl_verify_last_run_exit_code":
			s.value = float64(p.code)
		case "blackbirdctl_last_success_timestamp_seconds":
			s.value = seconds(p.success.ended)
		case "blackbirdctl_lag_seconds":
			s.value = p.ended.Sub(p.success.began).Seconds()
		case "blackbirdctl_menu_products":
			s.value = float64(p.menu)
		case "blackbirdctl_verify_differences":
			s.value = float64(p.differences)
		case "blackbirdctl_rejects":
			s.value = 0
			if s.labels.Get("reason") == "bad_total" {
				s.value = float64(p.rejects)
			}
		}
		samples = append(samples, s)
	}
	return samples
}

func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

// TestHistorySetsEachMetric: the made histories give each of the program's metrics a value of their own, apart from the
// build, rows and notices. So a metric that is renamed cannot keep the value of the run that the tests made.
func TestHistorySetsEachMetric(t *testing.T) {
	const impossible = -7
	unused := []string{"blackbirdctl_build_info", "blackbirdctl_rows", "blackbirdctl_rows_read",
		"blackbirdctl_notices"}
	began := time.UnixMilli(0)
	p := pass{began: began, ended: began, code: exitOK}
	p.success = &p
	for stream, of := range metricsOf(t) {
		for _, s := range of.done {
			of := streamMetrics{done: []sample{{s.labels, impossible}}}
			if got := p.samples(of)[0].value; got == impossible && !slices.Contains(unused, s.name()) {
				t.Errorf("%s: the histories leave %s as it is", stream, s.labels)
			}
		}
	}
}

// Each script begins so long before the end.

func failing(code int, since time.Duration) script {
	return func(ago time.Duration, p *pass) bool {
		if ago <= since {
			p.code = code
		}
		return true
	}
}

func stopping(since time.Duration) script {
	return func(ago time.Duration, _ *pass) bool { return ago > since }
}

func menuOf(products int64, since time.Duration) script {
	return func(ago time.Duration, p *pass) bool {
		if ago <= since {
			p.menu = products
		}
		return true
	}
}

// rejecting counts 40 rejects before; one pass in between fails and counts none.
func rejecting(rejects int64, since time.Duration) script {
	return func(ago time.Duration, p *pass) bool {
		p.rejects = 40
		if ago <= since {
			p.rejects = rejects
		}
		if ago == lastPass+9*time.Hour {
			p.code, p.rejects = exitUnavailable, 0
		}
		return true
	}
}

func taking(d, since time.Duration) script {
	return func(ago time.Duration, p *pass) bool {
		if ago <= since {
			p.ended = p.began.Add(d)
		}
		return true
	}
}

func differing(rows int64, code int, since time.Duration) script {
	return func(ago time.Duration, p *pass) bool {
		if ago <= since {
			p.differences, p.code = rows, code
		}
		return true
	}
}
