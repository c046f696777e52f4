// Package apiserver runs the API server's own admission code against the real `seaworthy serve`.
//
// SEAWORTHY_SERVER is its https address, SEAWORTHY_CA the file that proves it, SEAWORTHY_REGISTRY the
// only registry that it may ask; crates/cli/tests/it/apiserver.rs starts it and sets them. Its policy
// denies the tag `latest`, severe vulnerabilities and what is no image name, and lets pass what no
// registry gives. SEAWORTHY_INSTALL is the folder that `install --mode webhook` filled.
package apiserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/mutating"
	webhooktesting "k8s.io/apiserver/pkg/admission/plugin/webhook/testing"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/validating"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/util/webhook"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	core "k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/plugin/pkg/admission/imagepolicy"
)

type attributes struct {
	admission.Attributes
	lock  sync.Mutex
	audit map[string]string
}

func (a *attributes) AddAnnotation(key, value string) error {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.audit[key] = value
	return a.Attributes.AddAnnotation(key, value)
}

type warnings struct {
	lock  sync.Mutex
	texts []string
}

func (w *warnings) AddWarning(_, text string) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.texts = append(w.texts, text)
}

type request struct {
	images, ephemeral, volumes []string
	old                        *core.Pod
	operation                  admission.Operation
	subresource                string
	dryRun                     bool
}

func pod(t *testing.T, r request) *core.Pod {
	t.Helper()
	out := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Name: "demo", Namespace: "shop"}}
	for i, image := range r.images {
		out.Spec.Containers = append(out.Spec.Containers, corev1.Container{Name: fmt.Sprintf("c%d", i), Image: image})
	}
	for i, image := range r.volumes {
		source := corev1.VolumeSource{Image: &corev1.ImageVolumeSource{Reference: image}}
		out.Spec.Volumes = append(out.Spec.Volumes, corev1.Volume{Name: fmt.Sprintf("v%d", i), VolumeSource: source})
	}
	for i, image := range r.ephemeral {
		common := corev1.EphemeralContainerCommon{Name: fmt.Sprintf("e%d", i), Image: image}
		out.Spec.EphemeralContainers = append(out.Spec.EphemeralContainers, corev1.EphemeralContainer{EphemeralContainerCommon: common})
	}
	legacyscheme.Scheme.Default(out)
	internal := &core.Pod{}
	if err := legacyscheme.Scheme.Convert(out, internal, nil); err != nil {
		t.Fatal(err)
	}
	return internal
}

func attributesOf(t *testing.T, r request) *attributes {
	t.Helper()
	if r.operation == "" {
		r.operation = admission.Create
	}
	kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
	resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
	user := &user.DefaultInfo{Name: "alice", Groups: []string{"dev"}}
	var a admission.Attributes
	if r.old != nil {
		a = admission.NewAttributesRecord(pod(t, r), r.old, kind, "shop", "demo", resource, r.subresource, r.operation, &metav1.UpdateOptions{}, r.dryRun, user)
	} else {
		a = admission.NewAttributesRecord(pod(t, r), nil, kind, "shop", "demo", resource, r.subresource, r.operation, &metav1.CreateOptions{}, r.dryRun, user)
	}
	return &attributes{Attributes: a, audit: map[string]string{}}
}

func server(t *testing.T) (string, string) {
	t.Helper()
	address, ca := os.Getenv("SEAWORTHY_SERVER"), os.Getenv("SEAWORTHY_CA")
	if address == "" || ca == "" {
		t.Skip("skipped: SEAWORTHY_SERVER and SEAWORTHY_CA say where `seaworthy serve` is, and they are not set")
	}
	return address, ca
}

func plugin(t *testing.T, address, ca string, defaultAllow bool) *imagepolicy.Plugin {
	t.Helper()
	return remembering(t, address, ca, defaultAllow, 50, 50)
}

// The plugin with an own cache that holds answers for so many seconds.
func remembering(t *testing.T, address, ca string, defaultAllow bool, allowTTL, denyTTL int) *imagepolicy.Plugin {
	t.Helper()
	kubeconfig := t.TempDir() + "/kubeconfig"
	text := fmt.Sprintf("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters: [{name: s, cluster: {server: %q, certificate-authority: %q}}]\nusers: [{name: u, user: {}}]\ncontexts: [{name: c, context: {cluster: s, user: u}}]\n", address+"/image-policy", ca)
	if err := os.WriteFile(kubeconfig, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	config := fmt.Sprintf(`{"imagePolicy":{"kubeConfigFile":%q,"allowTTL":%d,"denyTTL":%d,"retryBackoff":1,"defaultAllow":%v}}`, kubeconfig, allowTTL, denyTTL, defaultAllow)
	p, err := imagepolicy.NewImagePolicyWebhook(strings.NewReader(config))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func check(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("denied: %v", err)
	case want != "" && err == nil:
		t.Errorf("admitted; expected %q", want)
	case want != "" && !strings.Contains(err.Error(), want):
		t.Errorf("got %v; expected %q", err, want)
	}
}

func registry() string { return os.Getenv("SEAWORTHY_REGISTRY") }

const denied = "its tag is `latest`, which is denied"

func TestImagePolicyWebhook(t *testing.T) {
	address, ca := server(t)
	running := pod(t, request{images: []string{"shop/api:1"}})
	for name, c := range map[string]struct {
		request
		want string
	}{
		"allow":                {request{images: []string{"shop/api:1"}}, ""},
		"deny":                 {request{images: []string{"shop/api:1", "shop/api"}}, `pods "demo" is forbidden: image policy webhook backend denied one or more images: shop/api: no-latest: ` + denied},
		"digest":               {request{images: []string{"shop/api@sha256:" + strings.Repeat("a", 64)}}, ""},
		"looked into, good":    {request{images: []string{registry() + "/good/app:1"}}, ""},
		"looked into, bad":     {request{images: []string{registry() + "/bad/app:1"}}, "/bad/app:1: severe: "},
		"escapes":              {request{images: []string{"shop/\x1b[31m\nx"}}, "known: nobody can tell where it comes from"},
		"ephemeral containers": {request{images: []string{"shop/api:1"}, ephemeral: []string{"debug"}, old: running, operation: admission.Update, subresource: "ephemeralcontainers"}, denied},
		"status":               {request{images: []string{"shop/api"}, old: running, operation: admission.Update, subresource: "status"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, defaultAllow := range []bool{false, true} {
				a := attributesOf(t, c.request)
				err := plugin(t, address, ca, defaultAllow).Validate(context.Background(), a, nil)
				check(t, err, c.want)
				if err != nil && (len(err.Error()) > 1200 || strings.ContainsAny(err.Error(), "\n\x1b")) {
					t.Errorf("the reason is no short line: %q", err)
				}
				policy := a.audit["imagepolicywebhook.image-policy.k8s.io/seaworthy-policy"]
				if c.subresource != "status" && !strings.HasPrefix(policy, "apiserver@") {
					t.Errorf("audit: %v", a.audit)
				}
			}
		})
	}
}

// How often the server was asked about images, by its own word.
func decisions(t *testing.T, address, ca string) int {
	t.Helper()
	pem, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(pem)
	client := http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	answer, err := client.Get(address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, `seaworthy_decisions_total{endpoint="/image-policy"`) {
			count, err := strconv.Atoi(line[strings.LastIndex(line, " ")+1:])
			if err != nil {
				t.Fatal(err)
			}
			sum += count
		}
	}
	return sum
}

// The plugin answers from its own cache until the time of an answer has passed: a new policy is seen by then.
func TestCacheOfThePlugin(t *testing.T) {
	address, ca := server(t)
	p := remembering(t, address, ca, false, 4, 2)
	ask := func(image, want string) {
		t.Helper()
		a := attributesOf(t, request{images: []string{image}})
		check(t, p.Validate(context.Background(), a, nil), want)
		if policy := a.audit["imagepolicywebhook.image-policy.k8s.io/seaworthy-policy"]; !strings.HasPrefix(policy, "apiserver@") {
			t.Errorf("audit: %v", a.audit)
		}
	}
	both := func() int {
		t.Helper()
		before := decisions(t, address, ca)
		ask("shop/cached:1", "")
		ask("shop/cached", denied)
		return decisions(t, address, ca) - before
	}
	for _, c := range []struct {
		wait time.Duration
		want int
		what string
	}{
		{0, 2, "nothing is remembered"},
		{0, 0, "both are"},
		{2500 * time.Millisecond, 1, "the denial is no more"},
		{1800 * time.Millisecond, 1, "the other is no more, the new denial is"},
	} {
		time.Sleep(c.wait)
		if got := both(); got != c.want {
			t.Errorf("%s: asked %d times; expected %d", c.what, got, c.want)
		}
	}
}

func TestUnavailable(t *testing.T) {
	_, ca := server(t)
	for _, defaultAllow := range []bool{false, true} {
		err := plugin(t, "https://127.0.0.1:1", ca, defaultAllow).Validate(context.Background(), attributesOf(t, request{images: []string{"a:1"}}), nil)
		if (err == nil) != defaultAllow {
			t.Errorf("defaultAllow %v: %v", defaultAllow, err)
		}
	}
}

func TestOverload(t *testing.T) {
	address, ca := server(t)
	p := plugin(t, address, ca, false)
	began := time.Now()
	var group sync.WaitGroup
	for i := range 2000 {
		group.Add(1)
		go func() {
			defer group.Done()
			image := fmt.Sprintf("shop/api-%d", i)
			if i%2 == 0 {
				image += ":1"
			}
			err := p.Validate(context.Background(), attributesOf(t, request{images: []string{image}}), nil)
			if (err == nil) != (i%2 == 0) {
				t.Errorf("%s: %v", image, err)
			}
		}()
	}
	group.Wait()
	t.Logf("2000 reviews at once took %v", time.Since(began))
}

func hook(t *testing.T, address, ca, path string) admissionregistration.WebhookClientConfig {
	t.Helper()
	bundle, err := os.ReadFile(ca)
	if err != nil {
		t.Fatal(err)
	}
	url := address + path
	return admissionregistration.WebhookClientConfig{URL: &url, CABundle: bundle}
}

var (
	fail  = admissionregistration.Fail
	none  = admissionregistration.SideEffectClassNone
	exact = admissionregistration.Exact
	never = admissionregistration.NeverReinvocationPolicy
	scope = admissionregistration.AllScopes
	wait  = int32(10)
	every = &metav1.LabelSelector{}
	rules = []admissionregistration.RuleWithOperations{{
		Operations: []admissionregistration.OperationType{admissionregistration.OperationAll},
		Rule:       admissionregistration.Rule{APIGroups: []string{"*"}, APIVersions: []string{"*"}, Resources: []string{"*/*"}, Scope: &scope},
	}}
)

type resolver struct {
	webhook.AuthenticationInfoResolver
}

func wrapper(webhook.AuthenticationInfoResolver) webhook.AuthenticationInfoResolver {
	return resolver{}
}

func (resolver) ClientConfigFor(string) (*rest.Config, error) { return &rest.Config{}, nil }

func (resolver) ClientConfigForService(string, string, int) (*rest.Config, error) {
	return &rest.Config{}, nil
}

// webhooks is what the validating and the mutating plugin have in common.
type webhooks interface {
	SetAuthenticationInfoResolverWrapper(webhook.AuthenticationInfoResolverWrapper)
	SetExternalKubeClientSet(kubernetes.Interface)
	SetExternalKubeInformerFactory(informers.SharedInformerFactory)
	ValidateInitialization() error
}

func started(t *testing.T, plugin webhooks, client kubernetes.Interface, factory informers.SharedInformerFactory, stop chan struct{}) {
	t.Helper()
	plugin.SetAuthenticationInfoResolverWrapper(wrapper)
	plugin.SetExternalKubeClientSet(client)
	plugin.SetExternalKubeInformerFactory(factory)
	if err := plugin.ValidateInitialization(); err != nil {
		t.Fatal(err)
	}
	factory.Start(stop)
	factory.WaitForCacheSync(stop)
}

func TestValidatingWebhook(t *testing.T) {
	address, ca := server(t)
	running := pod(t, request{images: []string{"shop/api"}})
	for name, c := range map[string]struct {
		request
		want string
	}{
		"allow":                 {request{images: []string{"shop/api:1"}}, ""},
		"deny":                  {request{images: []string{"shop/api"}}, `denied the request: shop/api: no-latest: ` + denied},
		"image volume":          {request{images: []string{"shop/api:1"}, volumes: []string{"data"}}, denied},
		"dry run":               {request{images: []string{"shop/api"}, dryRun: true}, denied},
		"update without change": {request{images: []string{"shop/api"}, old: running, operation: admission.Update}, ""},
		"update of an image":    {request{images: []string{"shop/web"}, old: running, operation: admission.Update}, denied},
		"ephemeral, bad":        {request{images: []string{"shop/api"}, ephemeral: []string{"debug"}, old: running, operation: admission.Update, subresource: "ephemeralcontainers"}, denied},
		"ephemeral, good":       {request{images: []string{"shop/api"}, ephemeral: []string{"debug:1"}, old: running, operation: admission.Update, subresource: "ephemeralcontainers"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			plugin, err := validating.NewValidatingAdmissionWebhook(nil)
			if err != nil {
				t.Fatal(err)
			}
			stop := make(chan struct{})
			defer close(stop)
			hooks := []admissionregistration.ValidatingWebhook{{
				Name: "images.seaworthy.dev", ClientConfig: hook(t, address, ca, "/validate"), Rules: rules, FailurePolicy: &fail, MatchPolicy: &exact,
				NamespaceSelector: every, ObjectSelector: every, SideEffects: &none, TimeoutSeconds: &wait, AdmissionReviewVersions: []string{"v1"},
			}}
			client, factory := webhooktesting.NewFakeValidatingDataSource("shop", hooks, stop)
			started(t, plugin, client, factory, stop)
			said := &warnings{}
			a := attributesOf(t, c.request)
			err = plugin.Validate(warning.WithWarningRecorder(context.Background(), said), a, admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme))
			check(t, err, c.want)
			if c.want != "" && (len(said.texts) == 0 || a.audit["images.seaworthy.dev/seaworthy-outcome"] != "deny") {
				t.Errorf("warnings %q, audit %v", said.texts, a.audit)
			}
		})
	}
}

func TestMutatingWebhook(t *testing.T) {
	address, ca := server(t)
	plugin, err := mutating.NewMutatingWebhook(nil)
	if err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	defer close(stop)
	hooks := []admissionregistration.MutatingWebhook{{
		Name: "pins.seaworthy.dev", ClientConfig: hook(t, address, ca, "/mutate"), Rules: rules, FailurePolicy: &fail, MatchPolicy: &exact, ReinvocationPolicy: &never,
		NamespaceSelector: every, ObjectSelector: every, SideEffects: &none, TimeoutSeconds: &wait, AdmissionReviewVersions: []string{"v1"},
	}}
	client, factory := webhooktesting.NewFakeMutatingDataSource("shop", hooks, stop)
	started(t, plugin, client, factory, stop)
	a := attributesOf(t, request{images: []string{registry() + "/good/app:1", "shop/api:1"}})
	if err := plugin.Admit(context.Background(), a, admission.NewObjectInterfacesFromScheme(legacyscheme.Scheme)); err != nil {
		t.Fatal(err)
	}
	containers := a.GetObject().(*core.Pod).Spec.Containers
	if !strings.HasPrefix(containers[0].Image, registry()+"/good/app:1@sha256:") || containers[1].Image != "shop/api:1" {
		t.Errorf("images after: %q, %q", containers[0].Image, containers[1].Image)
	}
}
