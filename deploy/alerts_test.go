package deploy_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/util/annotations"
)

// Each alert is evaluated by Prometheus' own engine over the metrics of two days of passes.

// historySet shows series one by one, as the engine asks for.
type historySet struct {
	series []*promql.Series
	at     int
}

func (s *historySet) Next() bool {
	s.at++
	return s.at <= len(s.series)
}
func (s *historySet) At() storage.Series              { return promql.NewStorageSeries(*s.series[s.at-1]) }
func (*historySet) Err() error                        { return nil }
func (*historySet) Warnings() annotations.Annotations { return nil }

// queryable lets the engine query the history.
func (h history) queryable() storage.Queryable {
	return &storage.MockQueryable{MockQuerier: &storage.MockQuerier{
		SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
			set := &historySet{}
			for _, s := range h {
				if !slices.ContainsFunc(matchers,
					func(m *labels.Matcher) bool { return !m.Matches(s.Metric.Get(m.Name)) }) {
					set.series = append(set.series, s)
				}
			}
			return set
		},
	}}
}

// firing returns the alerts that fire at the end of the history: their expressions had a value at each evaluation for
// as long as the rule demands.
func (h history) firing(t *testing.T, rules []rulefmt.Rule, end time.Time) (alerts []string) {
	t.Helper()
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1e7, Timeout: time.Minute})
	defer engine.Close()
	for _, rule := range rules {
		held := time.Duration(rule.For)
		query, err := engine.NewRangeQuery(context.Background(), h.queryable(), nil, rule.Expr, end.Add(-held), end,
			scrapeInterval)
		if err != nil {
			t.Fatal(err)
		}
		result, err := query.Exec(t.Context()).Matrix()
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range result {
			if len(s.Floats) == int(held/scrapeInterval)+1 {
				alerts = append(alerts, fmt.Sprintf("%s %s %s", rule.Alert, rule.Labels["severity"],
					s.Metric.Get("stream")))
			}
		}
		query.Close()
	}
	slices.Sort(alerts)
	return alerts
}

// The alerts, to which the tests append the stream.
const (
	alertStale   = "BlackbirdctlDataStale critical "
	alertMissing = "BlackbirdctlMetricsMissing warning "
	alertFailing = "BlackbirdctlPassFailing critical "
	alertStuck   = "BlackbirdctlPassFailing warning "
	alertRejects = "BlackbirdctlRejectsRising warning "
	alertMenu    = "BlackbirdctlMenuShrinking critical "
	alertSlow    = "BlackbirdctlPassSlow warning "
	alertDiffers = "BlackbirdctlVerifyDiffers warning "
	alertProof   = "BlackbirdctlVerifyFailing critical "
	alertOverdue = "BlackbirdctlVerifyOverdue warning "
)

func TestAlerts(t *testing.T) {
	t.Parallel()
	never := stopping(historyLength)
	for name, tt := range map[string]struct {
		// The last passes over orders begin 1.5, 4.5 and 7.5 hours before the end.
		products, orders script
		lost             time.Duration
		want             []string
	}{
		"all is well":                        {},
		"a store without products":           {products: never},
		"two passes of products are missing": {products: stopping(10 * time.Minute)},
		"four passes of products are missing": {products: stopping(20 * time.Minute),
			want: []string{alertStale + "products"}},
		"one pass of orders is missing":    {orders: stopping(2 * time.Hour)},
		"two passes of orders are missing": {orders: stopping(6 * time.Hour), want: []string{alertStale + "orders"}},
		"no metrics at all":                {products: never, orders: never, want: []string{alertMissing}},
		"the metrics of orders are gone":   {lost: 30 * time.Minute, want: []string{alertMissing + "orders"}},
		"the configuration broke": {orders: failing(exitConfig, 2*time.Hour),
			want: []string{alertFailing + "orders"}},
		"products never succeeded": {products: failing(exitConfig, historyLength),
			want: []string{alertFailing + "products"}},
		"another pass is at work":    {orders: failing(exitLocked, 2*time.Hour)},
		"one pass found no database": {orders: failing(exitUnavailable, 2*time.Hour)},
		"two passes found no database": {
			orders: failing(exitUnavailable, 6*time.Hour), want: []string{alertStale + "orders", alertStuck + "orders"},
		},
		"one pass was stopped":    {orders: failing(exitTerminated, 2*time.Hour)},
		"a few rejects more":      {orders: rejecting(43, 2*time.Hour)},
		"as many rejects as ever": {orders: rejecting(40, 2*time.Hour)},
		"many rejects more": {orders: rejecting(60, 2*time.Hour),
			want: []string{alertRejects + "orders"}},
		"many rejects more for long": {orders: rejecting(60, 36*time.Hour)},
		"a menu of three quarters":   {products: menuOf(75, time.Hour)},
		"a menu of a third":          {products: menuOf(33, time.Hour), want: []string{alertMenu + "products"}},
		"a menu of a third for long": {products: menuOf(33, 36*time.Hour)},
		"an empty menu": {products: menuOf(0, historyLength),
			want: []string{alertMenu + "products"}},
		"an empty menu for a moment":       {products: menuOf(0, 5*time.Minute)},
		"failing passes and the same menu": {products: failing(exitUnavailable, 12*time.Minute)},
		"products take two minutes":        {products: taking(2*time.Minute, time.Hour)},
		"products take three minutes": {products: taking(3*time.Minute, time.Hour),
			want: []string{alertSlow + "products"}},
		"orders take three minutes": {orders: taking(3*time.Minute, 2*time.Hour)},
		"orders take two hours": {orders: taking(2*time.Hour, 6*time.Hour),
			want: []string{alertSlow + "orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFiring(t, tt.want, play{stream: "products", script: tt.products},
				play{stream: "orders", script: tt.orders, lost: tt.lost})
		})
	}
}

// TestAlertsOfCodes: if passes over customers keep ending with one code, a rule fires, except for success and a held
// lock.
func TestAlertsOfCodes(t *testing.T) {
	t.Parallel()
	for _, code := range exitCodes(t) {
		var want []string
		switch code {
		case exitOK, exitLocked:
		case exitUnavailable, exitInterrupted, exitTerminated:
			want = []string{alertStuck + "customers"}
		default:
			want = []string{alertFailing + "customers"}
		}
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			checkFiring(t, want, play{stream: "customers", script: failing(code, historyLength)})
		})
	}
}

// checkFiring plays the streams and compares the alerts that fire in the end.
func checkFiring(t *testing.T, want []string, plays ...play) {
	t.Helper()
	metrics := metricsOf(t)
	h, end := make(history), time.Date(2026, 1, 31, 8, 0, 0, 0, time.UTC)
	for _, p := range plays {
		h.record(metrics, end, p)
	}
	if got := h.firing(t, alertRules(t), end); !slices.Equal(got, want) {
		t.Errorf("firing: %q, want %q", got, want)
	}
}

// TestAlertsOfVerify: what the verification at night finds, and that it cannot run, is reported.
func TestAlertsOfVerify(t *testing.T) {
	t.Parallel()
	const verify = "orders" + ofVerify
	for name, tt := range map[string]struct {
		script script
		want   []string
	}{
		"all is well":                     {},
		"rows differed and were repaired": {differing(3, exitOK, 2*time.Hour), []string{alertDiffers + "orders"}},
		"rows differ": {differing(3, exitData, 2*time.Hour),
			[]string{alertDiffers + "orders", alertProof + "orders"}},
		"rows differed two nights ago": {script: func(ago time.Duration, p *pass) bool {
			return ago < 48*time.Hour || differing(3, exitOK, historyLength)(ago, p)
		}},
		"the configuration broke":          {failing(exitConfig, 2*time.Hour), []string{alertProof + "orders"}},
		"another pass was at work":         {script: failing(exitLocked, 2*time.Hour)},
		"no database in one night":         {script: failing(exitUnavailable, 2*time.Hour)},
		"no database in two nights":        {failing(exitUnavailable, 26*time.Hour), []string{alertOverdue + "orders"}},
		"the last one was more than a day": {stopping(26 * time.Hour), []string{alertOverdue + "orders"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFiring(t, tt.want, play{stream: "orders"}, play{stream: verify, script: tt.script})
		})
	}
}
