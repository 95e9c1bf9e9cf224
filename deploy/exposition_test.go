package deploy_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	stdsync "sync"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/pgtest"
)

// storeName is the store in the metrics files, and replaces a dashboard's variable.
const storeName = "main"

// sample is one series as Prometheus reads it from a metrics file.
type sample struct {
	labels labels.Labels
	value  float64
}

func (s sample) name() string { return s.labels.Get(model.MetricNameLabel) }

// streamMetrics are the samples that a stream's passes leave in its metrics file, from real runs of the program.
type streamMetrics struct {
	// never is after a failed pass before any that succeeded.
	never []sample
	done  []sample
	// failed is after a failed pass that followed one that succeeded.
	failed []sample
}

// ofVerify is appended to a stream's name for the metrics of its verifications.
const ofVerify = "/verify"

// exposed caches the metrics of the four streams and of their verifications.
var exposed struct {
	stdsync.Mutex
	streams map[string]streamMetrics
}

// metricsOf returns what the program's metrics files hold, by stream. The first call runs the passes.
func metricsOf(t *testing.T) map[string]streamMetrics {
	t.Helper()
	exposed.Lock()
	defer exposed.Unlock()
	if exposed.streams == nil {
		exposed.streams = runPasses(t)
	}
	return exposed.streams
}

// runPasses runs each stream's pass and its verification three times: without a till, with one, and without it again.
func runPasses(t *testing.T) map[string]streamMetrics {
	t.Helper()
	folder, till := t.TempDir(), pgtest.SourceDatabase(t)
	db, err := sql.Open("postgres", till)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	options := biotracktest.Options{Seed: 1, Customers: 10, Tickets: 20, Products: 10, NoSales: true}
	if _, err := biotracktest.Generate(t.Context(), db, options); err != nil {
		t.Fatal(err)
	}
	pass := func(url string, code int, stream string) []sample {
		command := []string{"sync", stream}
		switch stream {
		case "products":
			command = append(command, "--member-level", "1")
		case "points":
			command, code = []string{"points", "recompute"}, exitOK // It does not read the till.
		}
		path, written := filepath.Join(folder, stream+".prom"), filepath.Join(folder, stream+".prom")
		if of, verify := strings.CutSuffix(stream, ofVerify); verify {
			command = []string{"verify", of, "--member-level", "1"}
			path, written = filepath.Join(folder, of+".prom"), filepath.Join(folder, of+"-verify.prom")
		}
		env := []string{"BIOTRACK_URL=" + url, "BLACKBIRDCTL_STATE_DIR=" + filepath.Join(folder, "state")}
		run(t, code, env, append(command, "--store", storeName, "--metrics-file", path)...)
		text, err := os.ReadFile(written)
		if err != nil {
			t.Fatal(err)
		}
		samples, err := parseMetrics(string(text))
		if err != nil {
			t.Fatalf("%s: %v\n%s", stream, err, text)
		}
		return samples
	}
	streams := make(map[string]streamMetrics)
	for _, stream := range []string{"customers", "orders", "products", "points", "orders" + ofVerify} {
		const noTill = "postgres://reader@127.0.0.1:1/biotrackthc"
		var m streamMetrics
		m.never = pass(noTill, exitUnavailable, stream)
		m.done = pass(till, exitOK, stream)
		m.failed = pass(noTill, exitUnavailable, stream)
		streams[stream] = m
	}
	return streams
}

// parseMetrics reads a metrics file as Prometheus does. All metrics are gauges.
func parseMetrics(text string) (samples []sample, err error) {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	for name, family := range families {
		for _, m := range family.Metric {
			if m.Gauge == nil {
				return nil, fmt.Errorf("%s is not a gauge", name)
			}
			b := labels.NewBuilder(labels.FromStrings(model.MetricNameLabel, name))
			for _, pair := range m.Label {
				b.Set(pair.GetName(), pair.GetValue())
			}
			samples = append(samples, sample{b.Labels(), m.GetGauge().GetValue()})
		}
	}
	return samples, nil
}
