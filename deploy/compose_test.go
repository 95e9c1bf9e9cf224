package deploy_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/blackbirdctl/blackbirdctl/internal/test/biotracktest"
	"github.com/blackbirdctl/blackbirdctl/internal/test/shop"
)

// composed is the trial as Docker Compose reads it.
func composed(t *testing.T) *types.Project {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{"compose/compose.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	project, err := options.LoadProject(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return project
}

// TestCompose: the trial's file is valid, its images have versions, and its image of the passes can be built.
func TestCompose(t *testing.T) {
	project := composed(t)
	if len(project.Services) != 5 {
		t.Errorf("services are %q", project.ServiceNames())
	}
	for name, service := range project.Services {
		if service.Build == nil && !regexp.MustCompile(`:\d`).MatchString(service.Image) {
			t.Errorf("%s: the image %s has no version", name, service.Image)
		}
	}
	tag := regexp.MustCompile(`newTag: (.+)`).FindStringSubmatch(fileText(t, "helm/base/kustomization.yaml"))
	if image := project.Services["program"].Image; !strings.HasSuffix(image, "/blackbirdctl:"+tag[1]) {
		t.Errorf("the trial is of %s, the manifests of %s", image, tag[1])
	}
	build := project.Services["passes"].Build
	parsed, err := parser.Parse(strings.NewReader(build.DockerfileInline))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := instructions.Parse(parsed.AST, nil); err != nil ||
		build.AdditionalContexts["program"] != "service:program" {
		t.Errorf("passes are built of %v: %v", build.AdditionalContexts, err)
	}
}

// TestComposePasses runs what the trial runs every minute, and finds the menu's page.
func TestComposePasses(t *testing.T) {
	service := composed(t).Services["passes"]
	known := variables(t)
	folder := t.TempDir()
	till := shop.FilledTill(t, biotracktest.Options{Seed: 3, Customers: 10, Tickets: 20, Products: 20, NoSales: true})
	var env []string
	for name, value := range service.Environment {
		if !known[name] {
			t.Errorf("the program does not read %s", name)
		}
		switch name {
		case "BIOTRACK_URL":
			value = &till.URL
		case "BLACKBIRDCTL_STATE_DIR":
			value = &folder
		}
		env = append(env, name+"="+*value)
	}
	calls := regexp.MustCompile(`(?m)^ *blackbirdctl (.+)$`).FindAllStringSubmatch(service.Command[2], -1)
	if len(calls) != 2 {
		t.Fatalf("calls are %q", calls)
	}
	for _, call := range calls {
		run(t, exitOK, env, strings.Fields(strings.ReplaceAll(call[1], "/menu/", folder+"/"))...)
	}
	if page := fileText(t, filepath.Join(folder, "index.html")); !strings.Contains(page, "<html") {
		t.Errorf("the page is %.100s", page)
	}
}
