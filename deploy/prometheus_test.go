package deploy_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"
	"sigs.k8s.io/yaml"
)

// Rules and dashboard are held against the program's metrics files: each metric, label and label value in them must
// exist.

// vocabulary are the values of each label that the program's series have; the name of a metric is one of them.
type vocabulary map[string][]string

func wholeVocabulary(t *testing.T) vocabulary {
	t.Helper()
	v := make(vocabulary)
	for _, m := range metricsOf(t) {
		for _, s := range m.done {
			s.labels.Range(func(l labels.Label) { v[l.Name] = append(v[l.Name], l.Value) })
		}
	}
	return v
}

// check returns an error for a metric, label or value in an expression that the program does not have.
func (v vocabulary) check(expr string) error {
	parsed, err := parser.ParseExpr(expr)
	if err != nil {
		return err
	}
	for _, selector := range parser.ExtractSelectors(parsed) {
		for _, m := range selector {
			if err := v.checkMatcher(m); err != nil {
				return err
			}
		}
	}
	parser.Inspect(parsed, func(node parser.Node, _ []parser.Node) error {
		switch n := node.(type) {
		case *parser.AggregateExpr:
			err = v.checkLabels(n.Grouping)
		case *parser.BinaryExpr:
			if n.VectorMatching != nil {
				err = v.checkLabels(slices.Concat(n.VectorMatching.MatchingLabels, n.VectorMatching.Include))
			}
		}
		return err
	})
	return err
}

func (v vocabulary) checkMatcher(m *labels.Matcher) error {
	for value := range strings.SplitSeq(m.Value, "|") {
		if !slices.Contains(v[m.Name], value) {
			return fmt.Errorf("the program has no %s %q", m.Name, value)
		}
	}
	return nil
}

func (v vocabulary) checkLabels(names []string) error {
	for _, name := range names {
		if len(v[name]) == 0 {
			return fmt.Errorf("the program has no label %s", name)
		}
	}
	return nil
}

// checkTexts checks that each label that a pattern finds in a text is one of the program's.
func (v vocabulary) checkTexts(pattern *regexp.Regexp, text string) error {
	for _, found := range pattern.FindAllStringSubmatch(text, -1) {
		if err := v.checkLabels(found[1:]); err != nil {
			return fmt.Errorf("%w: %s", err, text)
		}
	}
	return nil
}

// firstColumn returns the first cells of the table below a heading of the guide, without backquotes.
func firstColumn(t *testing.T, heading string) (cells []string) {
	t.Helper()
	_, rest, found := strings.Cut(fileText(t, "../docs/operating.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("the guide has no section %s", heading)
	}
	text, _, _ := strings.Cut(rest, "\n## ")
	for line := range strings.Lines(text) {
		if cell := strings.Split(line, "|"); len(cell) > 2 && !strings.HasPrefix(cell[1], "---") {
			cells = append(cells, strings.Trim(cell[1], " `"))
		}
	}
	return cells[min(1, len(cells)):]
}

// TestGuideMetrics: the guide's table of metrics lists each of the program's, and no other.
func TestGuideMetrics(t *testing.T) {
	want := wholeVocabulary(t)[model.MetricNameLabel]
	slices.Sort(want)
	got := slices.DeleteFunc(firstColumn(t, "Metrics"), func(cell string) bool {
		return !strings.HasPrefix(cell,
			"blackbirdctl_")
	})
	slices.Sort(got)
	if want = slices.Compact(want); !slices.Equal(got, want) {
		t.Errorf("the guide has the metrics %q, want %q", got, want)
	}
}

// scrapeConfig is the part of Prometheus' configuration that scrape.yaml uses.
type scrapeConfig struct {
	Jobs []struct {
		Name        string `json:"job_name"`
		HonorLabels bool   `json:"honor_labels"`
		Static      []struct {
			Targets []string `json:"targets"`
		} `json:"static_configs"`
	} `json:"scrape_configs"`
}

// podMonitor is the part of the operator's PodMonitor that podmonitor.yaml uses.
type podMonitor struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   map[string]string `json:"metadata"`
	Spec       struct {
		Selector struct {
			MatchLabels map[string]string `json:"matchLabels"`
		} `json:"selector"`
		Endpoints []struct {
			Port        string `json:"port"`
			HonorLabels bool   `json:"honorLabels"`
			Relabelings []struct {
				Action string `json:"action"`
				Regex  string `json:"regex"`
			} `json:"relabelings"`
		} `json:"podMetricsEndpoints"`
	} `json:"spec"`
}

// TestScrape: the Pushgateway is scraped so that stores and streams keep their names.
func TestScrape(t *testing.T) {
	var scrape scrapeConfig
	if err := yaml.UnmarshalStrict([]byte(fileText(t, "prometheus/scrape.yaml")), &scrape); err != nil {
		t.Fatal(err)
	}
	if len(scrape.Jobs) != 2 || scrape.Jobs[0].HonorLabels || !scrape.Jobs[1].HonorLabels {
		t.Errorf("jobs are %+v", scrape.Jobs)
	}
	var monitor podMonitor
	if err := yaml.UnmarshalStrict([]byte(fileText(t, "prometheus/podmonitor.yaml")), &monitor); err != nil {
		t.Fatal(err)
	}
	if monitor.Kind != "PodMonitor" || len(monitor.Spec.Endpoints) != 1 || !monitor.Spec.Endpoints[0].HonorLabels {
		t.Errorf("monitor is %+v", monitor)
	}
}
