package config

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestPrecedence: a flag beats a variable, a variable beats the store's section of the file, and that beats the
// file's general part.
func TestPrecedence(t *testing.T) {
	file := parsed(t, "member_level: general\nstore: a\nstores: {a: {member_level: section}, b: {}}")
	for _, tt := range []struct {
		name  string
		env   map[string]string
		flags []string
		want  string
	}{
		{"general", map[string]string{"STORE": "b"}, nil, "general"},
		{"section", nil, nil, "section"},
		{"variable", map[string]string{"MEMBER_LEVEL": "variable"}, nil, "variable"},
		{"flag", map[string]string{"MEMBER_LEVEL": "variable", "STORE": "b"},
			[]string{"--member-level", "flag", "--store", "a"}, "flag"},
		{"empty variable", map[string]string{"MEMBER_LEVEL": ""}, nil, "section"},
		{"every store", map[string]string{"ALL_STORES": "true"}, nil, "general"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for name, text := range tt.env {
				t.Setenv(variablePrefix+name, text)
			}
			c, flags := settingsOf(t)
			if err := flags.Parse(append(tt.flags, "--config", "c.yaml")); err != nil {
				t.Fatal(err)
			}
			err := Load(flags, func(path string) (*File, error) {
				if path != "c.yaml" {
					t.Errorf("opened %s", path)
				}
				return file, nil
			})
			if err != nil || c.MemberLevel != tt.want {
				t.Errorf("member level is that of the %s, want %s: %v", c.MemberLevel, tt.want, err)
			}
		})
	}
}

// TestSecretVariables: a URL stands in a variable or in a file that a variable names; the plainer one counts.
func TestSecretVariables(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("url", []byte(" postgres://file/b\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ variable, text, want string }{
		{"BLACKBIRDCTL_BIOTRACK_URL_FILE", "url", "postgres://file/b"},
		{"BLACKBIRDCTL_BIOTRACK_URL", "postgres://long/b", "postgres://long/b"},
		{"BIOTRACK_URL_FILE", "url", "postgres://file/b"},
		{"BIOTRACK_URL", "postgres://short/b", "postgres://short/b"},
	} {
		t.Setenv(step.variable, step.text)
		c, flags := settingsOf(t)
		if err := Load(flags, nil); err != nil || c.BiotrackURL != step.want {
			t.Errorf("%s: BioTrack is %s, want %s: %v", step.variable, c.BiotrackURL, step.want, err)
		}
	}
	// The name of this variable ends like that of a file with a secret; it is the file itself.
	t.Setenv("BLACKBIRDCTL_METRICS_FILE", "m.prom")
	c, flags := settingsOf(t)
	if err := Load(flags, nil); err != nil || c.MetricsFile != "m.prom" {
		t.Errorf("metrics file is %s: %v", c.MetricsFile, err)
	}
	t.Setenv("BLACKBIRDCTL_PING_URL_FILE", "nowhere")
	wantError(t, "a missing file", Load(flags, nil),
		"BLACKBIRDCTL_PING_URL_FILE: open nowhere: no such file or directory", "name a file")
	t.Setenv("BLACKBIRDCTL_PING_URL_FILE", "/dev/zero")
	wantError(t, "an endless file", Load(flags, nil), "BLACKBIRDCTL_PING_URL_FILE: read /dev/zero: not a regular file",
		"name a file")
	t.Setenv("BLACKBIRDCTL_PING_URL_FILE", "")
	t.Setenv("BLACKBIRDCTL_PARALLEL", "many")
	wantError(t, "a wrong value", Load(flags, nil),
		`BLACKBIRDCTL_PARALLEL: "many": must be a whole number of at least 1`, "correct")
}

// TestRunOnlyVariables: a variable that is left over must not turn each run into another kind.
func TestRunOnlyVariables(t *testing.T) {
	t.Setenv("BLACKBIRDCTL_DRY_RUN", "")
	if err := CheckEnvironment(oneRun); err != nil {
		t.Errorf("an empty variable is refused: %v", err)
	}
	t.Setenv("BLACKBIRDCTL_REPAIR", "false")
	wantError(t, "repair", CheckEnvironment(oneRun),
		"BLACKBIRDCTL_REPAIR: --repair is meant for one run, and cannot be given by a variable",
		"give it as --repair on the command line")
}

// TestSchema: the schema takes the example, and refuses what the program refuses.
func TestSchema(t *testing.T) {
	schema, err := Schema().Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		Example(false):                        true,
		Example(true):                         true,
		"stores: {a: , b: {rooms: 0}}":        true,
		"locations: 1\nstreams: orders":       true,
		"cadences: {orders: 1h}":              true,
		"repair: true":                        false,
		"unknown: 1":                          false,
		"stores: {a: {store: b}}":             false,
		"stores: {../a: {}}":                  false,
		"log_format: yaml":                    false,
		"basis: tax":                          false,
		"streams: [tickets]":                  false,
		"member_level: [1]":                   false,
		"loyalty: {tiers: [{name: A, f: 1}]}": false,
		"loyalty: {expire_after_days: never}": false,
		"loyalty: {negative: write_off}":      true,
		"loyalty: {negative: [carry]}":        false,
	} {
		var document any
		if err := yaml.Unmarshal([]byte(text), &document); err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(document)
		if err == nil {
			err = json.Unmarshal(raw, &document)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(document); (err == nil) != want {
			t.Errorf("%.60s: %v", text, err)
		}
	}
	t.Setenv("UPTOWN_BIOTRACK_URL", "postgres://uptown/b")
	for _, store := range parsed(t, Example(true)).Stores() {
		_, err := parsed(t, Example(true)).Settings(store)
		if store == "uptown" && err != nil ||
			store != "uptown" && (err == nil || !strings.Contains(err.Error(), store+"_biotrack_url")) {
			t.Errorf("store %s of the example: %v", store, err)
		}
	}
}
