package deploy_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// TestStamps: make and goreleaser stamp the same facts on a release, and the program has a variable for each.
func TestStamps(t *testing.T) {
	stamps := func(text, pattern string) []string {
		found := make(map[string]bool)
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			found[m[1]] = true
		}
		return slices.Sorted(maps.Keys(found))
	}
	made := stamps(fileText(t, "../Makefile"), `-X \$\(CMD\)\.(\w+)=`)
	released := stamps(fileText(t, "../.goreleaser.yaml"), `-X github\.com/blackbirdctl/blackbirdctl/cmd\.(\w+)=`)
	if known := "var " + strings.Join([]string{"version", "commit", "commitTime"}, ", ") +
		" string\n"; !strings.Contains(fileText(t, "../cmd/version.go"), known) ||
		!slices.Equal(made, []string{"commit", "commitTime", "version"}) || !slices.Equal(made, released) {
		t.Errorf("make stamps %q, goreleaser %q", made, released)
	}
}

// TestRelease: a release has a static program for each platform, and what goes into its archives is there.
func TestRelease(t *testing.T) {
	var release struct {
		Builds []struct {
			Env, Goos, Goarch, Goarm, Ldflags []string
		}
		Brews, Scoops, Nfpms []any
		Signs                []struct {
			Artifacts, Cmd string
		}
		Archives []struct {
			Files []string
		}
		Checksum struct {
			NameTemplate string `json:"name_template"`
		}
		Sboms []struct {
			Artifacts string
		}
	}
	if err := yaml.Unmarshal([]byte(fileText(t, "../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	b := release.Builds[0]
	if !slices.Equal(b.Goos, []string{"linux", "darwin", "windows"}) ||
		!slices.Equal(b.Goarch, []string{"amd64", "arm64", "arm"}) || !slices.Equal(b.Goarm, []string{"7"}) ||
		!slices.Contains(b.Env, "CGO_ENABLED=0") || !slices.Contains(b.Ldflags, "-s -w") {
		t.Errorf("builds are %+v", b)
	}
	if release.Checksum.NameTemplate == "" || release.Sboms[0].Artifacts != "archive" {
		t.Errorf("no checksums, or no list of parts: %+v", release)
	}
	if len(release.Brews) != 1 || len(release.Scoops) != 1 || len(release.Nfpms) != 1 ||
		release.Signs[0].Artifacts != "checksum" || release.Signs[0].Cmd != "cosign" {
		t.Errorf("no formula, manifest, packages or signature: %+v", release)
	}
	for _, pattern := range release.Archives[0].Files {
		// The manual's pages are made for the release.
		found, err := filepath.Glob(filepath.Join("..", strings.ReplaceAll(pattern, "**", "*")))
		if err != nil || len(found) == 0 && pattern != "man/*" {
			t.Errorf("nothing is %s: %v", pattern, err)
		}
	}
}

// TestWorkflows: a tag of an action can be moved, a commit cannot.
func TestWorkflows(t *testing.T) {
	workflows, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(workflows) != 2 {
		t.Fatalf("workflows are %q: %v", workflows, err)
	}
	pinned := regexp.MustCompile(`uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, path := range workflows {
		for line := range strings.Lines(fileText(t, path)) {
			if strings.Contains(line, "uses: ") && !pinned.MatchString(strings.TrimSpace(line)) {
				t.Errorf("%s: not a commit with its version: %s", path, line)
			}
		}
	}
}

// TestReleaseVersion runs the release's check that the chart and the changelog name the tag's version.
func TestReleaseVersion(t *testing.T) {
	workflow := fileText(t, "../.github/workflows/release.yml")
	_, check, found := strings.Cut(workflow, "name this version\n        run: |\n")
	check, _, _ = strings.Cut(check, "\n      - ")
	if !found {
		t.Fatal("the release does not check the version")
	}
	for _, tt := range []struct{ chart, changelog, message string }{
		{"1.2.3", "## [1.2.3] - 2026-01-31", ""},
		{"1.2.2", "## [1.2.3] - 2026-01-31", "::error file=deploy/helm/Chart.yaml::the tag is 1.2.3: "},
		{"1.2.3", "## [Unreleased]", "::error file=CHANGELOG.md::no heading \"## [1.2.3] - DATE\" "},
	} {
		folder := t.TempDir()
		write(t, filepath.Join(folder, "deploy/helm/Chart.yaml"), "appVersion: \""+tt.chart+"\"\n")
		write(t, filepath.Join(folder, "CHANGELOG.md"), "# Changelog\n\n"+tt.changelog+"\n")
		c := exec.Command("bash", "-ec", check)
		c.Dir, c.Env = folder, append(os.Environ(), "GITHUB_REF_NAME=v1.2.3")
		out, err := c.Output()
		if !strings.HasPrefix(string(out), tt.message) || (err == nil) != (tt.message == "") {
			t.Errorf("%+v: %v, %s", tt, err, out)
		}
	}
}
