package deploy_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// dashboard is the dashboard's file; a key that is not here is a mistake.
type dashboard struct {
	ID            *int64   `json:"id"`
	UID           string   `json:"uid"`
	Title         string   `json:"title"`
	Description   string   `json:"description"`
	Tags          []string `json:"tags"`
	SchemaVersion int      `json:"schemaVersion"`
	Version       int      `json:"version"`
	Editable      bool     `json:"editable"`
	GraphTooltip  int      `json:"graphTooltip"`
	Timezone      string   `json:"timezone"`
	Refresh       string   `json:"refresh"`
	Time          struct{ From, To string }
	Annotations   struct{ List []any }
	Links         []any `json:"links"`
	Templating    struct{ List []variable }
	Panels        []dashboardPanel `json:"panels"`
}

type grafanaSource struct{ Type, UID string }

// variable is one that a person sets above the dashboard.
type variable struct {
	Type, Name, Label, Definition, Regex string
	Datasource                           grafanaSource
	Query                                any
	Refresh, Sort, Hide                  int
	Multi, IncludeAll, SkipURLSync       bool
	Current                              any
	Options                              []any
}

type dashboardPanel struct {
	ID                       int
	Type, Title, Description string
	GridPos                  box
	Datasource               grafanaSource
	Targets                  []struct {
		RefID, Expr, LegendFormat string
		Datasource                grafanaSource
		Format                    string
		Instant, Range            bool
	}
	Transformations []any
	FieldConfig     struct {
		Defaults struct {
			Unit               string
			Min, Decimals      *int
			Custom, Thresholds any
			Mappings           []codeMappings
		}
		Overrides []struct {
			Matcher    any
			Properties []struct {
				ID    string
				Value json.RawMessage
			}
		}
	}
	Options map[string]any
}

// codeMappings name exit codes.
type codeMappings struct {
	Type    string
	Options map[string]struct {
		Index       int
		Text, Color string
	}
}

// box is where a panel is, in a grid 24 columns wide.
type box struct{ X, Y, W, H int }

func (b box) overlaps(o box) bool {
	return b.X < o.X+o.W && o.X < b.X+b.W && b.Y < o.Y+o.H && o.Y < b.Y+b.H
}

func grafanaDashboard(t *testing.T) (d dashboard, text string) {
	t.Helper()
	text = fileText(t, "grafana/blackbirdctl.json")
	decoder := json.NewDecoder(bytes.NewBufferString(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		t.Fatal(err)
	}
	return d, text
}

// TestDashboard: it can be imported, and each query uses metrics and labels that the program has.
func TestDashboard(t *testing.T) {
	d, text := grafanaDashboard(t)
	if d.ID != nil || d.UID == "" || d.Title == "" || d.SchemaVersion != 39 {
		t.Errorf("dashboard %v, %q, %q of schema %d", d.ID, d.UID, d.Title, d.SchemaVersion)
	}
	known := wholeVocabulary(t)
	for i := range d.Panels {
		if err := checkPanel(known, &d.Panels[i]); err != nil {
			t.Errorf("%s: %v", d.Panels[i].Title, err)
		}
	}
	checkVariables(t, known, &d, text)
	checkGrid(t, d.Panels)
}

// checkGrid checks that the panels have ids of their own and do not overlap.
func checkGrid(t *testing.T, panels []dashboardPanel) {
	t.Helper()
	for i, p := range panels {
		if p.ID <= 0 || p.GridPos.W <= 0 || p.GridPos.H <= 0 || p.GridPos.X < 0 || p.GridPos.Y < 0 ||
			p.GridPos.X+p.GridPos.W > 24 {
			t.Errorf("%s: %+v", p.Title, p.GridPos)
		}
		for _, o := range panels[:i] {
			if p.ID == o.ID || p.GridPos.overlaps(o.GridPos) {
				t.Errorf("%s and %s have one id, or one place", p.Title, o.Title)
			}
		}
	}
}

// legendLabel finds the labels that a legend shows.
var legendLabel = regexp.MustCompile(`\{\{(\w+)\}\}`)

func checkPanel(known vocabulary, p *dashboardPanel) error {
	if p.Title == "" || len(p.Targets) == 0 || p.FieldConfig.Defaults.Unit == "" || p.Datasource != pickedSource {
		return fmt.Errorf("it has no title, query, unit or source: %+v", p)
	}
	for _, target := range p.Targets {
		if target.Datasource != pickedSource || target.RefID == "" || target.Instant == target.Range {
			return fmt.Errorf("query is %+v", target)
		}
		if err := known.check(substituted(target.Expr)); err != nil {
			return fmt.Errorf("%w: %s", err, target.Expr)
		}
		if err := known.checkTexts(legendLabel, target.LegendFormat); err != nil {
			return err
		}
	}
	return nil
}

// pickedSource is the data source that a person has picked.
var pickedSource = grafanaSource{Type: "prometheus", UID: "${datasource}"}

// substituted is an expression as Grafana sends it when one store and one stream are picked.
func substituted(expr string) string {
	return strings.NewReplacer("$store", storeName, "$stream", "products", "$__rate_interval", "5m", "$__range",
		"1d").Replace(expr)
}

// grafanaVariable finds the variables that a dashboard uses, but for those that Grafana sets by itself.
var grafanaVariable = regexp.MustCompile(`\$\{?([a-z]\w*)`)

// labelValues is a variable's query.
var labelValues = regexp.MustCompile(`^label_values\((.+), (\w+)\)$`)

// checkVariables checks that each variable that is used is defined and the other way round, and that the program has
// its values.
func checkVariables(t *testing.T, known vocabulary, d *dashboard, text string) {
	t.Helper()
	var defined, used []string
	for _, v := range d.Templating.List {
		defined = append(defined, v.Name)
		if v.Type == "datasource" {
			continue
		}
		query := labelValues.FindStringSubmatch(v.Definition)
		if query == nil || v.Datasource != pickedSource || query[2] != v.Name {
			t.Errorf("%s is %+v", v.Name, v)
			continue
		}
		if err := known.check(substituted(query[1])); err != nil {
			t.Errorf("%s: %v", v.Name, err)
		}
	}
	for _, found := range grafanaVariable.FindAllStringSubmatch(text, -1) {
		used = append(used, found[1])
	}
	slices.Sort(defined)
	slices.Sort(used)
	if used = slices.Compact(used); !slices.Equal(defined, used) {
		t.Errorf("variables are %q, used are %q", defined, used)
	}
}

// TestDashboardCodes: the dashboard has a name for each exit code that a pass can report, and for no other.
func TestDashboardCodes(t *testing.T) {
	d, _ := grafanaDashboard(t)
	codes := exitCodes(t)
	named := 0
	for _, p := range d.Panels {
		for _, m := range p.mappings(t) {
			named++
			for _, code := range codes {
				if named := m.Options[strconv.Itoa(code)].Text != ""; named != (code != exitLocked) {
					t.Errorf("%s: code %d has a name: %t", p.Title, code, named)
				}
			}
			if len(m.Options) != len(codes)-1 {
				t.Errorf("%s: codes are %v", p.Title, m.Options)
			}
		}
	}
	if named != 2 {
		t.Errorf("%d panels name codes, want the table and the timeline", named)
	}
}

// mappings are those of all fields and of single ones.
func (p *dashboardPanel) mappings(t *testing.T) []codeMappings {
	t.Helper()
	all := p.FieldConfig.Defaults.Mappings
	for _, o := range p.FieldConfig.Overrides {
		for _, property := range o.Properties {
			var own []codeMappings
			if property.ID != "mappings" {
				continue
			}
			if err := json.Unmarshal(property.Value, &own); err != nil {
				t.Fatal(err)
			}
			all = append(all, own...)
		}
	}
	return all
}

// TestDashboardOfChain: no panel has a tile for each store and stream; of a chain, the worst are listed.
func TestDashboardOfChain(t *testing.T) {
	d, _ := grafanaDashboard(t)
	for _, p := range d.Panels {
		if p.Type == "stat" || p.Type == "gauge" {
			t.Errorf("%s: of 200 stores it would have 800 tiles", p.Title)
		}
	}
	if first := d.Panels[0]; first.Type != "table" || !strings.HasPrefix(first.Targets[0].Expr, "topk(20, ") {
		t.Errorf("the first panel is %+v", first)
	}
}
