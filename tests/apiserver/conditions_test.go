package apiserver

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/webhook"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
)

// written returns the webhooks that `seaworthy install` wrote into SEAWORTHY_INSTALL.
func written(t *testing.T) (validating, mutating webhook.WebhookAccessor) {
	t.Helper()
	folder := os.Getenv("SEAWORTHY_INSTALL")
	if folder == "" {
		t.Skip("skipped: SEAWORTHY_INSTALL says where `seaworthy install` wrote its files, and it is not set")
	}
	text, err := os.ReadFile(filepath.Join(folder, "webhook.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(text), 4096)
	var first admissionregistration.ValidatingWebhookConfiguration
	var second admissionregistration.MutatingWebhookConfiguration
	if err := decoder.Decode(&first); err != nil {
		t.Fatal(err)
	}
	if err := decoder.Decode(&second); err != nil {
		t.Fatal(err)
	}
	return webhook.NewValidatingWebhookAccessor("v", "v", &first.Webhooks[0]), webhook.NewMutatingWebhookAccessor("m", "m", &second.Webhooks[0])
}

func changed(change func(*corev1.Pod)) *corev1.Pod {
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "demo", Namespace: "shop"},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Name: "c", Image: "shop/api:1"}}},
	}
	change(pod)
	return pod
}

func cronJob(image string, labels map[string]string) *batchv1.CronJob {
	job := &batchv1.CronJob{ObjectMeta: metav1.ObjectMeta{Name: "demo", Namespace: "shop", Labels: labels}}
	job.Spec.JobTemplate.Spec.Template.Spec.Containers = []corev1.Container{{Name: "c", Image: image}}
	return job
}

// What needs no answer is not asked, and nothing else is left out: by the API server's own evaluation.
func TestWhatIsAsked(t *testing.T) {
	validating, mutating := written(t)
	compiler := cel.NewConditionCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	same := changed(func(*corev1.Pod) {})
	labelled := changed(func(pod *corev1.Pod) { pod.Labels = map[string]string{"a": "b"} })
	finished := changed(func(pod *corev1.Pod) { pod.Finalizers = []string{"a/b"} })
	other := changed(func(pod *corev1.Pod) { pod.Spec.Containers[0].Image = "shop/api:2" })
	debugged := changed(func(pod *corev1.Pod) {
		pod.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon{Name: "e", Image: "shop/api:1"}}}
	})
	going := changed(func(pod *corev1.Pod) {
		now := metav1.NewTime(time.Unix(1, 0))
		pod.DeletionTimestamp = &now
		pod.Spec.Containers[0].Image = "shop/api:3"
	})
	mirror := changed(func(pod *corev1.Pod) { pod.Annotations = map[string]string{"kubernetes.io/config.mirror": "x"} })
	label := map[string]string{"a": "b"}
	for name, it := range map[string]struct {
		object, old         runtime.Object
		operation           admission.Operation
		subresource         string
		groups              []string
		isAsked, isMutating bool
	}{
		"a new pod":                     {object: same, operation: admission.Create, isAsked: true, isMutating: true},
		"a label":                       {object: labelled, old: same, operation: admission.Update},
		"a finalizer":                   {object: finished, old: same, operation: admission.Update},
		"an image":                      {object: other, old: same, operation: admission.Update, isAsked: true},
		"an image that is added":        {object: debugged, old: same, operation: admission.Update, subresource: "ephemeralcontainers", isAsked: true},
		"what is going":                 {object: going, old: same, operation: admission.Update},
		"a mirror of a node":            {object: mirror, operation: admission.Create, groups: []string{"system:nodes"}},
		"a mirror of somebody":          {object: mirror, operation: admission.Create, groups: []string{"dev"}, isAsked: true, isMutating: true},
		"a node that makes another pod": {object: same, operation: admission.Create, groups: []string{"system:nodes"}, isAsked: true, isMutating: true},
		"a new job":                     {object: cronJob("a:1", nil), operation: admission.Create, isAsked: true},
		"a job's label":                 {object: cronJob("a:1", label), old: cronJob("a:1", nil), operation: admission.Update},
		"a job's label and its image":   {object: cronJob("a:2", label), old: cronJob("a:1", nil), operation: admission.Update, isAsked: true},
	} {
		kind := schema.GroupVersionKind{Version: "v1", Kind: "Pod"}
		resource := schema.GroupVersionResource{Version: "v1", Resource: "pods"}
		who := &user.DefaultInfo{Name: "alice", Groups: it.groups}
		attributes := admission.NewAttributesRecord(it.object, it.old, kind, "shop", "demo", resource, it.subresource, it.operation, nil, false, who)
		versioned := &admission.VersionedAttributes{Attributes: attributes, VersionedKind: kind, VersionedObject: admission.NewLazyObject(it.object)}
		if it.old != nil {
			versioned.VersionedOldObject = admission.NewLazyObject(it.old)
		}
		for accessor, want := range map[webhook.WebhookAccessor]bool{validating: it.isAsked, mutating: it.isMutating} {
			if accessor == mutating && it.operation != admission.Create {
				// its rules ask about new pods alone
				continue
			}
			if _, isPod := it.object.(*corev1.Pod); accessor == mutating && !isPod {
				continue
			}
			result := accessor.GetCompiledMatcher(compiler).Match(context.Background(), versioned, nil, nil)
			if result.Error != nil || result.Matches != want {
				t.Errorf("%s: %s asks %v, %v", name, accessor.GetName(), result.Matches, result.Error)
			}
		}
	}
}

// Whatever makes pods is asked about when it is made.
func TestWhichKindsAreAsked(t *testing.T) {
	validating, _ := written(t)
	asked := map[string]bool{}
	for _, rule := range validating.GetRules() {
		for _, resource := range rule.Resources {
			asked[resource] = true
		}
	}
	for _, resource := range []string{"pods", "pods/ephemeralcontainers", "replicationcontrollers", "deployments", "statefulsets", "daemonsets", "replicasets", "jobs", "cronjobs"} {
		if !asked[resource] {
			t.Errorf("nobody asks about %s", resource)
		}
	}
}
