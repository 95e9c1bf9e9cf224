package notify

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/moby/sys/atomicwriter"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/push"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/blackbirdctl/blackbirdctl/internal/files"
	"github.com/blackbirdctl/blackbirdctl/sync"
)

const (
	// job is the job of pushed metrics, and begins the name of a metrics file.
	job = "blackbirdctl"
	// prefix begins the name of every metric.
	prefix = "blackbirdctl_"

	labelStore  = "store"
	labelStream = "stream"

	// The metrics that a later run reads back.
	metricSuccess = prefix + "last_success_timestamp_seconds"
	metricRun     = prefix + "last_run_timestamp_seconds"
	metricLag     = prefix + "lag_seconds"
	metricMenu    = prefix + "menu_products"

	metricDifferences = prefix + "verify_differences"
)

// fileMode lets the collector, which runs as another user, read the file.
const fileMode = 0o644

var textFormat = expfmt.NewFormat(expfmt.TypeTextPlain)

// report is what monitoring learns of a pass or a verification.
type report struct {
	Outcome
	// success is the last pass that succeeded, nil if none is known.
	success *period
	// menu is how many products are on the menu, nil if that is not known, and for other streams.
	menu *int64
	// differences is how many rows the last verification found that differ, nil if none has finished, and for passes.
	differences *int64
}

type period struct{ began, ended time.Time }

func newReport(o Outcome, lastSuccess *period) report {
	r := report{Outcome: o, success: lastSuccess, menu: o.Result.OnMenu}
	if o.Verify && o.Result.Findings != nil {
		total := o.Result.Findings.Total()
		r.differences = &total
	}
	if o.ExitCode == 0 && !o.Verify {
		r.success = &period{o.Began, o.Ended}
	}
	return r
}

// registry makes gauges with some labels in each.
type registry struct {
	*prometheus.Registry
	labels prometheus.Labels
}

// gauge makes one without a label of its own.
func (r registry) gauge(name, help string, value float64) {
	g := prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help})
	prometheus.WrapRegistererWith(r.labels, r).MustRegister(g)
	g.Set(value)
}

// vector makes one for each value of a label.
func (r registry) vector(name, help, label string, values map[string]int64) {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, []string{label})
	prometheus.WrapRegistererWith(r.labels, r).MustRegister(g)
	for value, n := range values {
		g.WithLabelValues(value).Set(float64(n))
	}
}

// gather returns the metrics of a report, with some labels in each.
func (r *report) gather(labels prometheus.Labels) *prometheus.Registry {
	to := registry{prometheus.NewRegistry(), labels}
	if r.Verify {
		r.verification(to)
	} else {
		r.pass(to)
	}
	return to.Registry
}

// verification adds the metrics of a verification.
func (r *report) verification(to registry) {
	to.gauge(prefix+"verify_last_run_timestamp_seconds", "Time when the last verification ended, successful or not.",
		seconds(r.Ended))
	to.gauge(prefix+"verify_last_run_exit_code",
		"Exit code of the last verification; 0: nothing differs, or no longer after a repair.", float64(r.ExitCode))
	if r.differences != nil {
		to.gauge(metricDifferences, "Rows that differed when the last verification compared them, repaired or not.",
			float64(*r.differences))
	}
}

// pass adds the metrics of a pass.
func (r *report) pass(to registry) {
	to.vector(prefix+"build_info", "The program that made the last pass; always 1.", "version",
		map[string]int64{r.Version: 1})
	to.gauge(metricRun, "Time when the last pass ended, successful or not.", seconds(r.Ended))
	to.gauge(prefix+"last_run_duration_seconds", "Duration of the last pass.", r.Ended.Sub(r.Began).Seconds())
	to.gauge(prefix+"last_run_exit_code", "Exit code of the last pass; 0 is success.", float64(r.ExitCode))
	c := r.Result.Counts
	to.gauge(prefix+"rows_read", "Rows that the last pass read.", float64(c.Read))
	to.vector(prefix+"rows", "Rows of the last pass, each in one outcome.", "outcome", map[string]int64{
		"inserted": c.Inserted, "updated": c.Updated, "unchanged": c.Unchanged, "removed": c.Removed,
		"rejected": c.Rejected,
	})
	// Reasons without a row are there too: a series that comes and goes is hard to watch.
	rejects, notices := make(map[string]int64), make(map[string]int64)
	for _, reason := range sync.Reasons() {
		if sync.IsNotice(reason) {
			notices[reason] = 0
		} else {
			rejects[reason] = 0
		}
	}
	maps.Copy(rejects, r.Result.Reasons)
	maps.Copy(notices, r.Result.Notices)
	to.vector(prefix+"rejects", "Rows that the last pass rejected, by reason.", "reason", rejects)
	to.vector(prefix+"notices", "Notices of the last pass, by reason: their rows are not rejected.", "reason", notices)
	if r.success != nil {
		to.gauge(metricSuccess, "Time when the last successful pass ended.", seconds(r.success.ended))
		to.gauge(metricLag, "Age of the data when this was written: the time since the last successful pass began.",
			r.Ended.Sub(r.success.began).Seconds())
	}
	if r.menu != nil {
		to.gauge(metricMenu, "Products on the menu after the last products pass that wrote it.", float64(*r.menu))
	}
}

// seconds returns a time as Prometheus has it, in seconds with milliseconds.
func seconds(at time.Time) float64 { return float64(at.UnixMilli()) / 1000 }

func fromSeconds(s float64) time.Time { return time.UnixMilli(int64(math.Round(s * 1000))) }

// text returns the metrics in Prometheus' text format, with the store and the stream in each.
func (r *report) text(store, stream string) ([]byte, error) {
	families, err := r.gather(prometheus.Labels{labelStore: store, labelStream: stream}).Gather()
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := expfmt.NewEncoder(&text, textFormat)
	for _, family := range families {
		if err := encoder.Encode(family); err != nil {
			return nil, err
		}
	}
	return text.Bytes(), nil
}

// writeFile writes the metrics file. What a pass that failed does not know of earlier ones is taken from the file as it
// was: a series that is gone while passes fail cannot be watched.
func (n *Notifier) writeFile(r report) error {
	path := n.metricsFile
	if info, err := os.Stat(path); err == nil && info.IsDir() || os.IsPathSeparator(path[len(path)-1]) {
		path = filepath.Join(path, fmt.Sprintf("%s-%s-%s.prom", job, n.store, n.stream))
	}
	if r.Verify {
		// A pass writes the other file as a whole.
		kind := filepath.Ext(path)
		path = strings.TrimSuffix(path, kind) + "-verify" + kind
	}
	if r.ExitCode != 0 {
		if former, err := files.Read(path); err == nil {
			r.keep(former, n.store, n.stream)
		}
	}
	text, err := r.text(n.store, n.stream)
	if err != nil {
		return err
	}
	return atomicwriter.WriteFile(path, text, fileMode)
}

// keep takes what the report lacks from the text that an earlier run wrote.
func (r *report) keep(former []byte, store, stream string) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(former))
	if err != nil {
		return
	}
	value := func(name string) (float64, bool) {
		for _, m := range families[name].GetMetric() {
			of := make(map[string]string)
			for _, label := range m.GetLabel() {
				of[label.GetName()] = label.GetValue()
			}
			if of[labelStore] == store && of[labelStream] == stream {
				return m.GetGauge().GetValue(), true
			}
		}
		return 0, false
	}
	success, known := value(metricSuccess)
	run, ran := value(metricRun)
	lag, lags := value(metricLag)
	if r.success == nil && known && ran && lags {
		r.success = &period{began: fromSeconds(run - lag), ended: fromSeconds(success)}
	}
	if products, known := value(metricMenu); r.menu == nil && known {
		count := int64(products)
		r.menu = &count
	}
	if found, known := value(metricDifferences); r.Verify && r.differences == nil && known {
		count := int64(found)
		r.differences = &count
	}
}

// push sends the metrics to the Pushgateway, in a group of the store and the stream. It adds: metrics that are not sent
// stay there.
func (n *Notifier) push(ctx context.Context, r report) error {
	// The pusher's own URL has the groups in any order and loses the query.
	to := requester{n.gateway.JoinPath("metrics", "job", job, labelStore, n.store, labelStream, n.stream)}
	return push.New(n.gateway.Host, job).Grouping(labelStore, n.store).Grouping(labelStream, n.stream).
		Gatherer(r.gather(nil)).Format(textFormat).Client(to).AddContext(ctx)
}
