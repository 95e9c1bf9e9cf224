package deploy_test

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

const dockerfile = "Dockerfile"

// imageStages are the Dockerfile's: what builds the program, and what the image is of.
func imageStages(t *testing.T) (build, image instructions.Stage) {
	t.Helper()
	file, err := os.Open(dockerfile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	parsed, err := parser.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(parsed.Warnings) > 0 {
		t.Errorf("warnings: %+v", parsed.Warnings)
	}
	stages, _, err := instructions.Parse(parsed.AST, nil)
	if err != nil || len(stages) != 2 {
		t.Fatalf("%d stages: %v", len(stages), err)
	}
	return stages[0], stages[1]
}

// TestImage: the image runs the program as the user and from the place that the manifests expect, and is built by the
// Go that go.mod names.
func TestImage(t *testing.T) {
	build, image := imageStages(t)
	mod := fileText(t, "../go.mod")
	if version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindStringSubmatch(mod); !strings.HasPrefix(build.BaseName,
		"golang:"+version[1]) {
		t.Errorf("built by %s, go.mod wants %s", build.BaseName, version[1])
	}
	if !strings.HasPrefix(image.BaseName, "gcr.io/distroless/static-") {
		t.Errorf("%s may lack certificates", image.BaseName)
	}
	var user, entry, state string
	for _, command := range image.Commands {
		switch c := command.(type) {
		case *instructions.UserCommand:
			user = c.User
		case *instructions.EntrypointCommand:
			entry = strings.Join(c.CmdLine, " ")
		case *instructions.EnvCommand:
			state = c.Env[0].String()
		}
	}
	manifest := fileText(t, "kubernetes/base/cronjob.yaml")
	group := regexp.MustCompile(`runAsUser: (\d+)\n +runAsGroup: (\d+)\n`).FindStringSubmatch(manifest)
	if user != group[1]+":"+group[2] {
		t.Errorf("the image's user is %s, the manifest's %s", user, group[1:])
	}
	if want := "BLACKBIRDCTL_STATE_DIR=/var/lib/blackbirdctl"; entry != "/usr/local/bin/blackbirdctl" || state != want {
		t.Errorf("runs %s with %s", entry, state)
	}
}

// buildContext copies what the image is built from, by the patterns that .dockerignore has.
func buildContext(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for line := range strings.Lines(fileText(t, dockerfile+".dockerignore")) {
		line = strings.TrimSpace(line)
		if line == "*" || line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if strings.ContainsAny(line, "*?[") {
			t.Fatalf("pattern %q is not known here", line)
		}
		name, included := strings.CutPrefix(line, "!")
		if !included {
			if err := os.RemoveAll(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if out, err := exec.Command("cp", "-R", filepath.Join("..", name), folder).CombinedOutput(); err != nil {
			t.Fatalf("copy %s: %v\n%s", name, err, out)
		}
	}
	return folder
}

// buildImage does what the image's build does up to its last stage, apart from fetching modules, and returns the
// program that it would hold.
func buildImage(t *testing.T, arguments map[string]string) string {
	t.Helper()
	folder := buildContext(t)
	env := os.Environ()
	for name, value := range arguments {
		env = append(env, name+"="+value)
	}
	build, _ := imageStages(t)
	for _, command := range build.Commands {
		switch c := command.(type) {
		case *instructions.ArgCommand:
			for _, argument := range c.Args {
				if _, given := arguments[argument.Key]; !given {
					t.Errorf("the build asks for %s", argument.Key)
				}
			}
		case *instructions.RunCommand:
			line := strings.Join(c.CmdLine, " ")
			if line == "go mod download" {
				continue
			}
			run := exec.Command("sh", "-c", line)
			run.Dir, run.Env = folder, env
			if out, err := run.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
	return filepath.Join(folder, "bin", "blackbirdctl")
}

// checkStatic: a program that the loader has to complete does not start in an image that holds nothing else.
func checkStatic(t *testing.T, program string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	file, err := elf.Open(program)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("%s wants a loader", program)
		}
	}
}
