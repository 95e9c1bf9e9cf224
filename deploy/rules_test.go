package deploy_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
)

// alertRules are the rules of deploy/prometheus, as Prometheus reads them.
func alertRules(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, problems := rulefmt.ParseFile("prometheus/blackbirdctl.rules.yaml", false, model.LegacyValidation)
	if len(problems) > 0 || len(groups.Groups) != 1 {
		t.Fatalf("rules: %v", problems)
	}
	return groups.Groups[0].Rules
}

// TestRules: each rule uses metrics and labels that the program has, describes itself, and names an existing section of
// the guide.
func TestRules(t *testing.T) {
	known := wholeVocabulary(t)
	shown := regexp.MustCompile(`\$labels\.(\w+)`)
	for _, rule := range alertRules(t) {
		if err := known.check(rule.Expr); err != nil {
			t.Errorf("%s: %v", rule.Alert, err)
		}
		for _, name := range []string{"summary", "description", "runbook_url"} {
			text := rule.Annotations[name]
			if err := known.checkTexts(shown, text); err != nil || text == "" {
				t.Errorf("%s: %s is %q: %v", rule.Alert, name, text, err)
			}
		}
		if severity := rule.Labels["severity"]; severity != "critical" && severity != "warning" {
			t.Errorf("%s: severity is %q", rule.Alert, severity)
		}
		checkRunbook(t, rule.Annotations["runbook_url"])
	}
}

// repository is where a person finds the guides.
const repository = "https://github.com/blackbirdctl/blackbirdctl/blob/main/"

// checkRunbook checks that the runbook is a section of a guide, which a person who is on call can open.
func checkRunbook(t *testing.T, runbook string) {
	t.Helper()
	path, anchor, _ := strings.Cut(strings.TrimPrefix(runbook, repository), "#")
	for line := range strings.Lines(fileText(t, filepath.Join("..", path))) {
		heading, found := strings.CutPrefix(line, "## ")
		if found && strings.ReplaceAll(strings.ToLower(strings.TrimSpace(heading)), " ", "-") == anchor {
			return
		}
	}
	t.Errorf("there is no %s", runbook)
}

// TestGuideAlerts: the guide explains each alert, and no other.
func TestGuideAlerts(t *testing.T) {
	var want []string
	for _, rule := range alertRules(t) {
		want = append(want, rule.Alert)
	}
	want = slices.Compact(want)
	if got := firstColumn(t, "What to do for each alert"); !slices.Equal(got, want) {
		t.Errorf("the guide has the alerts %q, want %q", got, want)
	}
}
