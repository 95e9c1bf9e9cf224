package deploy_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/adler32"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/engine"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// rendered are the documents that the chart comes to with a file of values, as `helm template` prints them.
func rendered(t *testing.T, values string) (documents []string, err error) {
	t.Helper()
	chart, err := loader.LoadDir("helm")
	if err != nil {
		t.Fatal(err)
	}
	read, err := common.ReadValues([]byte(values))
	if err != nil {
		t.Fatal(err)
	}
	release := common.ReleaseOptions{Name: "blackbirdctl", Namespace: "blackbird", IsInstall: true}
	scope, err := util.ToRenderValues(chart, read, release, nil)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, scope)
	for _, text := range files {
		for document := range strings.SplitSeq(text, "\n---\n") {
			if strings.TrimSpace(document) != "" {
				documents = append(documents, document)
			}
		}
	}
	return documents, err
}

// values is a file of them with some stores.
func valuesOf(t *testing.T, stores map[string]map[string]any) string {
	t.Helper()
	text, err := yaml.Marshal(map[string]any{"stores": stores})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// objects are documents by kind and name, as the types of Kubernetes' API have them; a release's namespace is that
// which it is installed into.
func objects(t *testing.T, documents []string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for _, document := range documents {
		object := strictly(t, document)
		meta := object.(metav1.Object)
		meta.SetNamespace("")
		if options, ok := object.(*corev1.ConfigMap); ok {
			options.Data["blackbirdctl.yaml"] = canonical(t, options.Data["blackbirdctl.yaml"])
		}
		text, err := json.MarshalIndent(object, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		found[fmt.Sprintf("%T %s", object, meta.GetName())] = string(text)
	}
	if len(found) != len(documents) {
		t.Errorf("%d documents have %d names", len(documents), len(found))
	}
	return found
}

// canonical is YAML with its keys in order.
func canonical(t *testing.T, text string) string {
	t.Helper()
	inOrder, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return string(inOrder)
}

// TestHelm: the chart's objects are those that the program can be run by.
func TestHelm(t *testing.T) {
	documents, err := rendered(t, `
options: {pushgateway: "http://gateway:9091", loyalty: {tiers: [{name: Gold, from: 5}]}, max_rate: 1234567}
stores:
  downtown: {member_level: 0, rooms: [0, 3], time_zone: America/Denver, loyalty: {expire_after_days: 365}}
  harbor-12345678901234567890ab: {max_removals: 10%}
`)
	if err != nil {
		t.Fatal(err)
	}
	checkManifests(t, documents, 2)
	// A store's own option is in the place of the general one, as in the config file.
	for _, document := range documents {
		if strings.Contains(document, "kind: ConfigMap") && strings.Contains(document, "store: downtown") &&
			strings.Contains(document, "tiers") {
			t.Errorf("two loyalty programs are one:\n%s", document)
		}
	}
}

// TestHelmRefuses: what could not run is refused before anything is installed.
func TestHelmRefuses(t *testing.T) {
	for _, values := range []string{
		"stores: {Downtown: {}}", "stores: {down_town: {}}", "stores: {" + strings.Repeat("x", 30) + ": {}}",
		"stores: {downtown: {biotrack_url: postgres://reader:secret@till/biotrackthc}}",
		"options: {blackbird_url: postgres://db/blackbird}", "store: {downtown: {}}",
	} {
		if documents, err := rendered(t, values); err == nil {
			t.Errorf("%s comes to %d documents", values, len(documents))
		}
	}
}

// TestHelmSharedState: on storage that many nodes can mount, pods are bound to none, by either way.
func TestHelmSharedState(t *testing.T) {
	documents, err := rendered(t, "stores: {downtown: {}}\nstate: {accessModes: [ReadWriteMany]}")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	copyKubernetes(t, folder)
	overlay := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n" +
		"components: [../components/shared-state]\n"
	write(t, filepath.Join(folder, "kubernetes/shared/kustomization.yaml"), overlay)
	for _, document := range append(documents, manifests(t, filepath.Join(folder, "kubernetes/shared"))...) {
		if strings.Contains(document, "affinity:") || strings.Contains(document, "ReadWriteOnce") {
			t.Errorf("is bound to a node:\n%s", document)
		}
	}
}

// TestChainAlike: kustomize and Helm come to the same objects, of the example's two shops and of a chain: of 10, of as
// many as BLACKBIRDCTL_TEST_SHOPS says in `make test-chain`, where kustomize takes a minute for 200.
func TestChainAlike(t *testing.T) {
	example := make(map[string]map[string]any)
	for _, shop := range []string{"downtown", "uptown"} {
		var options map[string]any
		text := fileText(t, "kubernetes/overlays/chain/shops/"+shop+"/blackbirdctl.yaml")
		if err := yaml.Unmarshal([]byte(text), &options); err != nil {
			t.Fatal(err)
		}
		delete(options, "store")
		example[shop] = options
	}
	checkAlike(t, "kubernetes/overlays/chain", example)

	shops, err := strconv.Atoi(cmp.Or(os.Getenv("BLACKBIRDCTL_TEST_SHOPS"), "10"))
	if err != nil {
		t.Fatal(err)
	}
	chain := make(map[string]map[string]any)
	for i := range shops {
		zones := []string{"America/Denver", "America/New_York", "UTC"}
		chain[fmt.Sprintf("shop-%03d", i)] = map[string]any{
			"member_level": i % 3, "rooms": []int{0, i}, "time_zone": zones[i%3],
		}
	}
	made := checkAlike(t, filepath.Join(writeChain(t, chain), "kubernetes/overlays/chain"), chain)
	checkSpread(t, made, shops)
}

func checkAlike(t *testing.T, overlay string, stores map[string]map[string]any) (helm map[string]string) {
	t.Helper()
	documents, err := rendered(t, valuesOf(t, stores))
	if err != nil {
		t.Fatal(err)
	}
	helm = objects(t, documents)
	kustomize := objects(t, manifests(t, overlay))
	if len(helm) != 9*len(stores) {
		t.Errorf("%d objects of %d stores: %q", len(helm), len(stores), slices.Sorted(maps.Keys(helm)))
	}
	if diff := gocmp.Diff(kustomize, helm); diff != "" {
		t.Fatalf("%s (-kustomize +helm):\n%.4000s", overlay, diff)
	}
	return helm
}

// writeChain writes an overlay of a chain as its comment says: a shop's folder is the example's with another name and
// other minutes.
func writeChain(t *testing.T, stores map[string]map[string]any) (folder string) {
	t.Helper()
	folder = t.TempDir()
	copyKubernetes(t, folder)
	chain := filepath.Join(folder, "kubernetes/overlays/chain")
	list := "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: blackbird\nresources:\n"
	const example = "kubernetes/overlays/chain/shops/downtown/"
	for _, name := range slices.Sorted(maps.Keys(stores)) {
		list += "  - shops/" + name + "\n"
		options := maps.Clone(stores[name])
		options["store"] = name
		text, err := yaml.Marshal(options)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(chain, "shops", name, "blackbirdctl.yaml"), string(text))
		own := strings.ReplaceAll(fileText(t, example+"kustomization.yaml"), "downtown", name)
		write(t, filepath.Join(chain, "shops", name, "kustomization.yaml"), own)
		write(t, filepath.Join(chain, "shops", name, "schedule.yaml"),
			strings.ReplaceAll(schedulesOf(t, name), "America/Denver", fmt.Sprint(options["time_zone"])))
	}
	write(t, filepath.Join(chain, "kustomization.yaml"), list)
	return folder
}

// schedulesOf is the example's schedule.yaml with the minutes of a store of another name.
func schedulesOf(t *testing.T, name string) string {
	later := int(adler32.Checksum([]byte(name)) % 180)
	every := func(minute int) string {
		start := (minute + later) % 180
		return fmt.Sprintf("%d %d-23/3 * * *", start%60, start/60)
	}
	at := 4*60 + 30 + later
	schedules := []string{fmt.Sprintf("%d-59/5 * * * *", later%5), every(10), every(20), every(40),
		fmt.Sprintf("%d %d * * *", at%60, at/60)}
	parts := strings.Split(fileText(t, "kubernetes/overlays/chain/shops/downtown/schedule.yaml"), `schedule: "`)
	text := parts[0]
	for i, part := range parts[1:] {
		_, rest, _ := strings.Cut(part, `"`)
		text += `schedule: "` + schedules[i] + `"` + rest
	}
	return text
}

// copyKubernetes copies what overlays are made of.
func copyKubernetes(t *testing.T, folder string) {
	t.Helper()
	shell(t, "cp -R deploy/helm deploy/kubernetes "+folder)
}

func write(t *testing.T, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// checkSpread: no more than an eighth of the shops, or two, start at one minute of three hours; the products have five
// minutes.
func checkSpread(t *testing.T, objects map[string]string, shops int) {
	t.Helper()
	starts := make(map[string]int)
	for _, text := range objects {
		if found := regexp.MustCompile(`"schedule": "(.*)"`).FindStringSubmatch(text); found != nil {
			starts[found[1]]++
		}
	}
	for schedule, n := range starts {
		if limit := max(2, shops/8); n > limit && !strings.Contains(schedule, "/5") || n > 2*limit {
			t.Errorf("%d of %d shops start at %q", n, shops, schedule)
		}
	}
}

// TestVersions: the manifests name the version that the chart is of, and no moving tag.
func TestVersions(t *testing.T) {
	chart, err := loader.LoadDir("helm")
	if err != nil {
		t.Fatal(err)
	}
	version := chart.Metadata.AppVersion
	if tag := "newTag: " + version + "\n"; chart.Metadata.Version != version ||
		!strings.Contains(fileText(t, "helm/base/kustomization.yaml"), tag) {
		t.Errorf("the chart is %s of %s, kustomize has another one", chart.Metadata.Version, version)
	}
}
