package deploy_test

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
)

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
	kind := regexp.MustCompile(`(?m)^kind: (\w+)$`).FindStringSubmatch(document)
	if kind == nil {
		t.Fatalf("no kind:\n%s", document)
	}
	into := map[string]any{
		"CronJob": &batchv1.CronJob{}, "ConfigMap": &corev1.ConfigMap{}, "ServiceAccount": &corev1.ServiceAccount{},
		"PersistentVolumeClaim": &corev1.PersistentVolumeClaim{}, "NetworkPolicy": &networkingv1.NetworkPolicy{},
	}[kind[1]]
	if into == nil {
		t.Fatalf("kind %q is not known here:\n%s", kind[1], document)
	}
	if err := yaml.UnmarshalStrict([]byte(document), into); err != nil {
		t.Errorf("%v in\n%s", err, document)
	}
	return into
}

func TestKubernetes(t *testing.T) {
	for folder, shops := range map[string]int{"base": 1, "overlays/one-shop": 1, "overlays/chain": 2} {
		t.Run(folder, func(t *testing.T) {
			checkManifests(t, manifests(t, filepath.Join("kubernetes", folder)), shops)
		})
	}
}

// checkManifests holds the objects of some shops against the API's types and the program.
func checkManifests(t *testing.T, documents []string, shops int) {
	t.Helper()
	var configs, jobs int
	zones := make(map[string]string)
	for _, document := range documents {
		switch m := strictly(t, document).(type) {
		case *batchv1.CronJob:
			jobs++
			checkCronJob(t, m)
			zones[m.Name] = *m.Spec.TimeZone
		case *corev1.ConfigMap:
			configs++
			checkConfigMap(t, m)
			zones[m.Name] = zoneOf(m)
		case *networkingv1.NetworkPolicy:
			if m.Spec.PodSelector.MatchLabels["app.kubernetes.io/name"] != "blackbirdctl" {
				t.Errorf("%s is about pods of others: %v", m.Name, m.Spec.PodSelector.MatchLabels)
			}
		case *corev1.ServiceAccount:
			if m.AutomountServiceAccountToken == nil || *m.AutomountServiceAccountToken {
				t.Errorf("%s mounts a token", m.Name)
			}
		}
	}
	if jobs != 5*shops || configs != shops {
		t.Errorf("%d jobs and %d configs for %d shops", jobs, configs, shops)
	}
	for name, zone := range zones {
		shop := regexp.MustCompile(`-(products|customers|orders|points|verify)`).ReplaceAllString(name, "")
		if want := zones[shop]; zone != want {
			t.Errorf("%s starts by the clock of %q, the shop is in %q", name, zone, want)
		}
	}
}

// zoneOf is the time zone that a shop's options name.
func zoneOf(m *corev1.ConfigMap) string {
	zone := regexp.MustCompile(`(?m)^time_zone: (.+)$`).FindStringSubmatch(m.Data["blackbirdctl.yaml"])
	if zone == nil {
		return "UTC"
	}
	return zone[1]
}

func checkCronJob(t *testing.T, m *batchv1.CronJob) {
	t.Helper()
	job := &m.Spec.JobTemplate.Spec
	pod := &job.Template.Spec
	if _, tag, _ := strings.Cut(pod.Containers[0].Image, ":"); len(m.Name) > 52 || tag == "" || tag == "latest" {
		t.Errorf("%s runs %s", m.Name, pod.Containers[0].Image)
	}
	if m.Spec.ConcurrencyPolicy != batchv1.ForbidConcurrent || m.Spec.StartingDeadlineSeconds == nil ||
		job.ActiveDeadlineSeconds == nil ||
		job.TTLSecondsAfterFinished == nil || pod.RestartPolicy != corev1.RestartPolicyNever ||
		len(pod.Containers) != 1 {
		t.Fatalf("%s: %+v", m.Name, m.Spec)
	}
	c := &pod.Containers[0]
	checkCommand(t, "blackbirdctl "+strings.Join(c.Args, " "))
	known := variables(t)
	for _, variable := range c.Env {
		if !known[variable.Name] {
			t.Errorf("%s: the program does not read %s", m.Name, variable.Name)
		}
	}
	checkSecurity(t, m.Name, pod)
	checkFailures(t, m.Name, job.PodFailurePolicy)
}

func checkSecurity(t *testing.T, name string, pod *corev1.PodSpec) {
	t.Helper()
	own, of := pod.Containers[0].SecurityContext, pod.SecurityContext
	if own == nil || of == nil || !*of.RunAsNonRoot || !*own.ReadOnlyRootFilesystem || *own.AllowPrivilegeEscalation ||
		!slices.Contains(own.Capabilities.Drop, "ALL") ||
		of.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault ||
		*pod.AutomountServiceAccountToken {
		t.Errorf("%s is allowed more than it needs: %+v, %+v", name, own, of)
	}
}

// checkFailures: the exit codes that a person has to look into fail a job at once, a lock that is held and a disruption
// are no failures.
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
			// Without its status, applying the same file again would change the object.
			disruption = disruption || condition.Type == corev1.DisruptionTarget &&
				condition.Status == corev1.ConditionTrue && rule.Action == batchv1.PodFailurePolicyActionIgnore
		}
	}
	want := map[int32]batchv1.PodFailurePolicyAction{
		exitUsage: batchv1.PodFailurePolicyActionFailJob, exitData: batchv1.PodFailurePolicyActionFailJob,
		exitFile: batchv1.PodFailurePolicyActionFailJob, exitConfig: batchv1.PodFailurePolicyActionFailJob,
		exitLocked: batchv1.PodFailurePolicyActionIgnore,
	}
	if fmt.Sprint(actions) != fmt.Sprint(want) || !disruption {
		t.Errorf("%s: actions are %v, want %v; a disruption is ignored: %v", name, actions, want, disruption)
	}
}

// checkConfigMap checks that each entry is a config file that the program reads.
func checkConfigMap(t *testing.T, m *corev1.ConfigMap) {
	t.Helper()
	for name, text := range m.Data {
		var values map[string]any
		if err := yaml.Unmarshal([]byte(text), &values); err != nil || len(values) == 0 {
			t.Errorf("%s: %s holds %v: %v", m.Name, name, values, err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		env := []string{"BIOTRACK_URL=postgres://reader@till/biotrackthc"}
		run(t, exitOK, env, "config", "check", "--config", path)
		// No products are wanted, so this reads the options and connects to nothing.
		run(t, exitOK, env, "sync", "products", "--config", path, "--streams", "points")
	}
}
