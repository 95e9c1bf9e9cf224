package deploy_test

import (
	"debug/buildinfo"
	"debug/elf"
	"errors"
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
	manifest := fileText(t, "helm/base/cronjob.yaml")
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

// buildImage does what the image's build does up to its last stage, with no module to begin with, and returns the
// program that it would hold and the modules that were fetched, from this machine's own cache.
func buildImage(t *testing.T, arguments map[string]string) (program, modules string) {
	t.Helper()
	folder, modules := buildContext(t), t.TempDir()
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	proxy := "file://" + filepath.ToSlash(strings.TrimSpace(string(cache))) + "/cache/download"
	env := append(os.Environ(), "GOMODCACHE="+modules, "GOFLAGS=-modcacherw", "GOPROXY="+proxy, "GOSUMDB=off")
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
			run := exec.Command("sh", "-c", line)
			run.Dir, run.Env = folder, env
			if out, err := run.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", line, err, out)
			}
		}
	}
	return filepath.Join(folder, "bin", "blackbirdctl"), modules
}

// checkModules checks that only what is part of the program was fetched.
func checkModules(t *testing.T, program, fetched string) {
	t.Helper()
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	parts := make(map[string]bool)
	for _, dep := range info.Deps {
		parts[dep.Path+"@"+dep.Version] = true
	}
	archives, err := filepath.Glob(filepath.Join(fetched, "cache/download/*/*/*/*/@v/*.zip"))
	for _, pattern := range []string{"*/*/*", "*/*", "*"} {
		more, globErr := filepath.Glob(filepath.Join(fetched, "cache/download", pattern, "@v/*.zip"))
		archives, err = append(archives, more...), errors.Join(err, globErr)
	}
	if err != nil || len(archives) == 0 {
		t.Fatalf("%d modules were fetched: %v", len(archives), err)
	}
	for _, archive := range archives {
		path, _ := filepath.Rel(filepath.Join(fetched, "cache/download"), strings.TrimSuffix(archive, ".zip"))
		if module := strings.Replace(path, "/@v/", "@", 1); !parts[module] {
			t.Errorf("%s was fetched, and the program does not have it", module)
		}
	}
}

// checkStatic: a program that the loader has to complete does not start in an image that holds nothing else. It is
// stripped, too.
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
	if file.Section(".symtab") != nil || file.Section(".debug_info") != nil {
		t.Errorf("%s is not stripped", program)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			t.Errorf("%s wants a loader", program)
		}
	}
}
