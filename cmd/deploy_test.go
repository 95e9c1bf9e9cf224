package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"

	"github.com/blackbirdctl/blackbirdctl/sync"
)

// What stands in ../deploy is held against the program: each command line is one that it takes, each variable one that it reads, each exit code
// one that it has.

const deployPath = "../deploy"

func deployed(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(deployPath, pattern))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s: %v", pattern, err)
	}
	return paths
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// knownVariables are those that the program reads.
func knownVariables(t *testing.T) map[string]bool {
	known := make(map[string]bool)
	for _, o := range options(wholeProgram(t)) {
		for _, name := range variablesOf(o.flag) {
			known[name] = true
		}
	}
	return known
}

func TestDeployCron(t *testing.T) {
	calls := regexp.MustCompile(`; (blackbirdctl [^>]*)>`)
	var streams []string
	for line := range strings.Lines(fileText(t, filepath.Join(deployPath, "cron/blackbirdctl.cron"))) {
		if strings.HasPrefix(line, "#") || !strings.Contains(line, "blackbirdctl  ") {
			continue
		}
		call := calls.FindStringSubmatch(line)
		if call == nil || len(strings.Fields(line)) < 8 {
			t.Errorf("no command: %s", line)
			continue
		}
		checkExample(t, wholeProgram(t), call[1])
		streams = append(streams, call[1])
	}
	if len(streams) != 6 {
		t.Errorf("commands are %q", streams)
	}
}

func TestDeployEnvironment(t *testing.T) {
	known := knownVariables(t)
	for line := range strings.Lines(fileText(t, filepath.Join(deployPath, "cron/blackbirdctl.env"))) {
		if name, _, set := strings.Cut(line, "="); set && !strings.HasPrefix(line, "#") && !known[name] {
			t.Errorf("variable %s is none of the program's", name)
		}
	}
}

func TestDeploySystemd(t *testing.T) {
	for _, path := range deployed(t, "systemd/*.service") {
		text := fileText(t, path)
		_, call, found := strings.Cut(text, "\nExecStart=/usr/local/bin/")
		if !found || !strings.Contains(text, fmt.Sprintf("\nSuccessExitStatus=%d\n", exitLocked)) {
			t.Errorf("%s has no command, or takes a lock that is held for a failure", path)
		}
		call, _, _ = strings.Cut(call, "\n")
		checkExample(t, wholeProgram(t), call)
		timer := strings.TrimSuffix(path, ".service") + ".timer"
		if !strings.Contains(fileText(t, timer), "\nOnCalendar=") {
			t.Errorf("%s never comes", timer)
		}
	}
}

// manifests are what an overlay comes to, one document each.
func manifests(t *testing.T, folder string) (documents []string) {
	t.Helper()
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), folder)
	if err != nil {
		t.Fatalf("%s: %v", folder, err)
	}
	for _, r := range resources.Resources() {
		text, err := r.AsYAML()
		if err != nil {
			t.Fatal(err)
		}
		documents = append(documents, string(text))
	}
	return documents
}

// strictly decodes a manifest into its type of the Kubernetes API; a field that the type does not have is an error.
func strictly(t *testing.T, document string) any {
	t.Helper()
	var kind struct {
		Kind string `json:"kind"`
	}
	if err := yaml.Unmarshal([]byte(document), &kind); err != nil {
		t.Fatal(err)
	}
	into := map[string]any{
		"CronJob": &batchv1.CronJob{}, "ConfigMap": &corev1.ConfigMap{}, "ServiceAccount": &corev1.ServiceAccount{},
		"PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}, "NetworkPolicy": &networkingv1.NetworkPolicy{},
	}[kind.Kind]
	if into == nil {
		t.Fatalf("kind %q is not known here:\n%s", kind.Kind, document)
	}
	if err := yaml.UnmarshalStrict([]byte(document), into); err != nil {
		t.Errorf("%v in\n%s", err, document)
	}
	return into
}

func TestDeployKubernetes(t *testing.T) {
	for folder, shops := range map[string]int{"base": 1, "overlays/one-shop": 1, "overlays/chain": 2} {
		t.Run(folder, func(t *testing.T) {
			var configs, jobs int
			for _, document := range manifests(t, filepath.Join(deployPath, "kubernetes", folder)) {
				switch m := strictly(t, document).(type) {
				case *batchv1.CronJob:
					jobs++
					checkCronJob(t, m)
				case *corev1.ConfigMap:
					configs++
					checkConfigMap(t, m)
				case *corev1.ServiceAccount:
					if m.AutomountServiceAccountToken == nil || *m.AutomountServiceAccountToken {
						t.Errorf("%s mounts a token", m.Name)
					}
				}
			}
			if jobs != 5*shops || configs != shops {
				t.Errorf("%d jobs and %d configs for %d shops", jobs, configs, shops)
			}
		})
	}
}

func checkCronJob(t *testing.T, m *batchv1.CronJob) {
	t.Helper()
	job := &m.Spec.JobTemplate.Spec
	pod := &job.Template.Spec
	if m.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent || m.Spec.StartingDeadlineSeconds == nil || job.ActiveDeadlineSeconds == nil ||
		job.TTLSecondsAfterFinished == nil || pod.RestartPolicy != corev1.RestartPolicyNever || len(pod.Containers) != 1 {
		t.Fatalf("%s: %+v", m.Name, m.Spec)
	}
	c := &pod.Containers[0]
	checkExample(t, wholeProgram(t), "blackbirdctl "+strings.Join(c.Args, " "))
	known := knownVariables(t)
	for _, variable := range c.Env {
		if !known[variable.Name] {
			t.Errorf("%s: variable %s is none of the program's", m.Name, variable.Name)
		}
	}
	checkSecurity(t, m.Name, pod)
	checkFailures(t, m.Name, job.PodFailurePolicy)
}

func checkSecurity(t *testing.T, name string, pod *corev1.PodSpec) {
	t.Helper()
	own, of := pod.Containers[0].SecurityContext, pod.SecurityContext
	if own == nil || of == nil || !*of.RunAsNonRoot || !*own.ReadOnlyRootFilesystem || *own.AllowPrivilegeEscalation ||
		!slices.Contains(own.Capabilities.Drop, "ALL") || of.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault ||
		*pod.AutomountServiceAccountToken {
		t.Errorf("%s is allowed more than it needs: %+v, %+v", name, own, of)
	}
}

// checkFailures: the exit codes that a person has to look into fail a job at once, a lock that is held and a disruption are no failures.
func checkFailures(t *testing.T, name string, policy *batchv1.PodFailurePolicy) {
	t.Helper()
	actions, disruption := make(map[int32]batchv1.PodFailurePolicyAction), false
	for _, rule := range policy.Rules {
		if rule.OnExitCodes != nil {
			for _, code := range rule.OnExitCodes.Values {
				actions[code] = rule.Action
			}
		}
		for _, condition := range rule.OnPodConditions {
			disruption = disruption || condition.Type == corev1.DisruptionTarget && rule.Action == batchv1.PodFailurePolicyActionIgnore
		}
	}
	want := map[int32]batchv1.PodFailurePolicyAction{
		exitUsage: batchv1.PodFailurePolicyActionFailJob, exitData: batchv1.PodFailurePolicyActionFailJob,
		exitConfig: batchv1.PodFailurePolicyActionFailJob, exitLocked: batchv1.PodFailurePolicyActionIgnore,
	}
	if fmt.Sprint(actions) != fmt.Sprint(want) || !disruption {
		t.Errorf("%s: actions are %v, want %v; a disruption is ignored: %v", name, actions, want, disruption)
	}
}

// checkConfigMap: what it holds is a config file.
func checkConfigMap(t *testing.T, m *corev1.ConfigMap) {
	t.Helper()
	for name, text := range m.Data {
		c, err := parseConfig(name, []byte(text), knownKeys(wholeProgram(t)))
		if err != nil || len(c.values) == 0 {
			t.Errorf("%s: %v", m.Name, err)
			continue
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		root := wholeProgram(t)
		root.SetArgs([]string{"sync", "products", "--config", path, "--streams", sync.StreamPoints})
		if err := root.Execute(); err != nil {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

// TestDocs: each command line in the guides is one that the program takes.
func TestDocs(t *testing.T) {
	paths, err := filepath.Glob("../docs/*.md")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no guides: %v", err)
	}
	for _, path := range paths {
		for line := range strings.Lines(fileText(t, path)) {
			if strings.HasPrefix(strings.TrimSpace(line), "blackbirdctl ") {
				checkExample(t, wholeProgram(t), strings.TrimSpace(line))
			}
		}
	}
}
