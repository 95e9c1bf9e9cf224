package cmd

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// Prometheus' own client would cost every pass 1.8 MiB for being imported, whether anybody wants metrics or not, and its package of formats alone
// 0.4. What we tell is a few gauges, in a text format that has three kinds of lines; the tests hold it against Prometheus' own parser and linter.

// metricPrefix begins the name of every metric.
const metricPrefix = "blackbirdctl_"

// The metrics that a later run may read again, to keep what it cannot know.
const (
	metricSuccess = "last_success_timestamp_seconds"
	metricRun     = "last_run_timestamp_seconds"
	metricLag     = "lag_seconds"
	metricMenu    = "menu_products"
)

// ended is a pass that has ended, as those who are told of it need to know it.
type ended struct {
	began, end time.Time
	code       int
	result     sync.Result
	// success is the last pass that succeeded, nil where none is known of.
	success *span
	// menu is how many products the menu shows, nil where that is not known, and for other streams.
	menu *int64
}

// span is when a pass began and ended.
type span struct{ began, ended time.Time }

// metric is a gauge, with a value of its own for each value of one more label, where it has one.
type metric struct {
	name, help, label string
	values            []labelled
}

type labelled struct {
	label string
	value float64
}

// single is a metric that has one value.
func single(name, help string, value float64) metric {
	return metric{name: name, help: help, values: []labelled{{value: value}}}
}

// metrics are what Prometheus is told of a pass.
func (e *ended) metrics() []metric {
	all := []metric{
		single(metricRun, "When the last pass ended, whether it succeeded or not.", seconds(e.end)),
		single("last_run_duration_seconds", "How long the last pass took.", e.end.Sub(e.began).Seconds()),
		single("last_run_exit_code", "Exit code of the last pass, 0 for success.", float64(e.code)),
		{name: "rows", help: "Rows of the last pass by what became of them.", label: "outcome", values: e.rows()},
		{name: "rejects", help: "Rows that the last pass could not take, by reason.", label: "reason", values: e.rejects()},
	}
	if e.success != nil {
		all = append(all,
			single(metricSuccess, "When the last pass that succeeded ended.", seconds(e.success.ended)),
			single(metricLag, "Age of the data when this was written: the time since the last pass that succeeded began.",
				e.end.Sub(e.success.began).Seconds()))
	}
	if e.menu != nil {
		all = append(all, single(metricMenu, "Products on the menu, as the last products pass that wrote it left it.", float64(*e.menu)))
	}
	return all
}

func (e *ended) rows() []labelled {
	c := e.result.Counts
	return []labelled{
		{keyRead, float64(c.Read)}, {keyInserted, float64(c.Inserted)}, {keyUpdated, float64(c.Updated)},
		{keyUnchanged, float64(c.Unchanged)}, {keyRemoved, float64(c.Removed)}, {keyRejected, float64(c.Rejected)},
	}
}

// rejects has every reason, also those without a row: a series that comes and goes is hard to watch.
func (e *ended) rejects() (values []labelled) {
	counts := make(map[string]int64)
	for _, reason := range sync.Reasons() {
		counts[reason] = 0
	}
	maps.Copy(counts, e.result.Reasons)
	for _, reason := range slices.Sorted(maps.Keys(counts)) {
		values = append(values, labelled{reason, float64(counts[reason])})
	}
	return values
}

// seconds is a moment as Prometheus has it.
func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

func moment(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

// exposition writes metrics in Prometheus' text format.
func exposition(metrics []metric, store, stream string) string {
	var b strings.Builder
	for _, m := range metrics {
		fmt.Fprintf(&b, "# HELP %s%s %s\n# TYPE %s%s gauge\n", metricPrefix, m.name, m.help, metricPrefix, m.name)
		for _, v := range m.values {
			labels := seriesLabels(store, stream)
			if m.label != "" {
				labels += fmt.Sprintf(",%s=%q", m.label, v.label)
			}
			fmt.Fprintf(&b, "%s%s{%s} %s\n", metricPrefix, m.name, labels, strconv.FormatFloat(v.value, 'f', -1, 64))
		}
	}
	return b.String()
}

// seriesLabels are those of every series. Nothing in a store's or a stream's name needs escaping.
func seriesLabels(store, stream string) string {
	return fmt.Sprintf("store=%q,stream=%q", store, stream)
}

// remember takes what a pass that failed cannot know out of what an earlier run wrote: a series that is gone while passes fail cannot be watched.
func (e *ended) remember(exposed, store, stream string) {
	if e.success == nil {
		e.success = formerSuccess(exposed, store, stream)
	}
	if e.menu == nil {
		e.menu = formerMenu(exposed, store, stream)
	}
}

// formerSuccess finds the last pass that succeeded in what an earlier run wrote; nil where that says nothing of it.
func formerSuccess(exposed, store, stream string) *span {
	success, known := formerValue(exposed, metricSuccess, store, stream)
	run, ran := formerValue(exposed, metricRun, store, stream)
	lag, lags := formerValue(exposed, metricLag, store, stream)
	if !known || !ran || !lags {
		return nil
	}
	return &span{began: moment(run - lag), ended: moment(success)}
}

// formerMenu finds the size of the menu in the same way.
func formerMenu(exposed, store, stream string) *int64 {
	value, known := formerValue(exposed, metricMenu, store, stream)
	if !known {
		return nil
	}
	products := int64(value)
	return &products
}

// formerValue finds the value of a series that has no label of its own.
func formerValue(exposed, name, store, stream string) (float64, bool) {
	series := fmt.Sprintf("%s%s{%s} ", metricPrefix, name, seriesLabels(store, stream))
	for line := range strings.Lines(exposed) {
		if text, ok := strings.CutPrefix(line, series); ok {
			value, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			return value, err == nil
		}
	}
	return 0, false
}
