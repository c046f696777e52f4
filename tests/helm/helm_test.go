// Package helm renders the chart with Helm's own code and holds it against what `seaworthy install
// --mode webhook` writes.
//
// SEAWORTHY_INSTALL is the folder that `install` filled, for the namespace `ship` and the image
// registry.example/seaworthy:0.1.0; crates/cli/tests/it/helm.rs sets it.
package helm

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"sigs.k8s.io/yaml"
)

type object = map[string]any

// render returns what Helm makes of the chart with these values, by kind and name.
func render(t *testing.T, values string) (map[string]object, error) {
	t.Helper()
	chart, err := loader.Load("../../charts/seaworthy")
	if err != nil {
		t.Fatal(err)
	}
	given, err := chartutil.ReadValues([]byte(values))
	if err != nil {
		t.Fatal(err)
	}
	release := chartutil.ReleaseOptions{Name: "any", Namespace: "ship", IsInstall: true}
	all, err := chartutil.ToRenderValues(chart, given, release, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	files, err := engine.Render(chart, all)
	if err != nil {
		return nil, err
	}
	found := map[string]object{}
	for _, text := range files {
		add(t, found, text)
	}
	return found, nil
}

func add(t *testing.T, found map[string]object, text string) {
	t.Helper()
	for _, document := range strings.Split("\n"+text, "\n---\n") {
		var it object
		if err := yaml.Unmarshal([]byte(document), &it); err != nil {
			t.Fatalf("%v in:\n%s", err, document)
		}
		if len(it) > 0 {
			found[it["kind"].(string)+" "+it["metadata"].(object)["name"].(string)] = it
		}
	}
}

func installed(t *testing.T) map[string]object {
	t.Helper()
	folder := os.Getenv("SEAWORTHY_INSTALL")
	if folder == "" {
		t.Skip("SEAWORTHY_INSTALL says where `seaworthy install` wrote its files")
	}
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err != nil || len(names) == 0 {
		t.Fatalf("nothing in %s: %v", folder, err)
	}
	found := map[string]object{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		add(t, found, string(text))
	}
	return found
}

func keys(objects map[string]object) []string {
	var keys []string
	for key := range objects {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func decoded(t *testing.T, text any) string {
	t.Helper()
	bytes, err := base64.StdEncoding.DecodeString(text.(string))
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestTheChartRendersWhatInstallWrites(t *testing.T) {
	want := installed(t)
	data := want["Secret seaworthy-tls"]["data"].(object)
	webhooks := want["ValidatingWebhookConfiguration seaworthy"]["webhooks"].([]any)
	client := webhooks[0].(object)["clientConfig"].(object)
	values, err := yaml.Marshal(object{
		"image":     "registry.example/seaworthy:0.1.0",
		"namespace": object{"create": true},
		"tls": object{
			"crt": decoded(t, data["tls.crt"]),
			"key": decoded(t, data["tls.key"]),
			"ca":  decoded(t, client["caBundle"]),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := render(t, string(values))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(keys(got), keys(want)) {
		t.Fatalf("the chart has %v, install %v", keys(got), keys(want))
	}
	for key := range want {
		// a text block ends as its file does
		trim(got[key])
		trim(want[key])
		if !reflect.DeepEqual(got[key], want[key]) {
			mine, _ := yaml.Marshal(got[key])
			theirs, _ := yaml.Marshal(want[key])
			t.Errorf("%s of the chart:\n%s\nof install:\n%s", key, mine, theirs)
		}
	}
}

func trim(it object) {
	if data, ok := it["data"].(object); ok {
		for name, text := range data {
			data[name] = strings.TrimSpace(text.(string))
		}
	}
}

func TestANewCertificateIsOneForAll(t *testing.T) {
	got, err := render(t, "image: registry.example/seaworthy:0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	if _, isThere := got["Namespace ship"]; isThere {
		t.Error("a namespace that nobody asked for")
	}
	var bundles []any
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		for _, webhook := range got[kind+" seaworthy"]["webhooks"].([]any) {
			bundles = append(bundles, webhook.(object)["clientConfig"].(object)["caBundle"])
		}
	}
	proof(t, bundles[0], got["Secret seaworthy-tls"]["data"].(object)["tls.crt"])
	for _, bundle := range bundles {
		if bundle != bundles[0] {
			t.Error("two authorities")
		}
	}
}

func TestValuesAreChecked(t *testing.T) {
	for _, values := range []string{
		"",
		"image: ''",
		"image: a b",
		"image: x\nreplicas: 0",
		"image: x\nreplica: 2",
		"image: x\nwebhook: {failurePolicy: Perhaps}",
		"image: x\nwebhook: {timeoutSeconds: 31}",
		"image: x\nexcludedNamespaces: [Upper]",
		"image: x\ntls: {crt: only}",
	} {
		if _, err := render(t, values); err == nil {
			t.Errorf("nothing is wrong with %q", values)
		}
	}
	got, err := render(t, "image: x\nreplicas: 5\nwebhook: {failurePolicy: Fail, timeoutSeconds: 3}\nexcludedNamespaces: [a]\npolicy: 'kind: Mine'")
	if err != nil {
		t.Fatal(err)
	}
	if replicas := got["Deployment seaworthy"]["spec"].(object)["replicas"]; replicas != float64(5) {
		t.Errorf("%v replicas", replicas)
	}
	if policy := got["ConfigMap seaworthy"]["data"].(object)["policy.yaml"]; strings.TrimSpace(policy.(string)) != "kind: Mine" {
		t.Errorf("policy %v", policy)
	}
	for _, kind := range []string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"} {
		for _, it := range got[kind+" seaworthy"]["webhooks"].([]any) {
			webhook := it.(object)
			selector := webhook["namespaceSelector"].(object)["matchExpressions"].([]any)[0].(object)
			if webhook["failurePolicy"] != "Fail" || webhook["timeoutSeconds"] != float64(3) ||
				!reflect.DeepEqual(selector["values"], []any{"a", "ship"}) {
				t.Errorf("%v", webhook)
			}
		}
	}
}
