import pytest
from tests.checks.nodes import ARTICLE, edited, holding, rendered, told

from kube_aws.checks.manifests import check

APISERVER = "userdata/controller/etc/kubernetes/manifests/kube-apiserver.yaml"
COREDNS = "userdata/addons/coredns/deployment.yaml"
OWN = "userdata/addons/own/own.yaml"


@pytest.mark.parametrize("version", ["v1.35.9", "v1.36.6", "v1.37.2"])
def test_what_is_rendered_fits_each_minor(version: str) -> None:
    assert told(check, rendered(), ARTICLE.model_copy(update={"kubernetes_version": version})) == ""


def test_a_misspelt_field() -> None:
    assert told(check, edited(COREDNS, "      dnsPolicy: ", "      dnsPolice: ")) == (
        f"{COREDNS}:18:7: error manifest-field\n"
        "        dnsPolice: Default\n"
        "        ^^^^^^^^^ there is no field dnsPolice here; did you mean dnsPolicy?"
    )


def test_a_wrong_type() -> None:
    assert told(check, edited(COREDNS, "replicas: 2", "replicas: two")) == (
        f"{COREDNS}:8:13: error manifest-type\n"
        "    replicas: two\n"
        "              ^^^ a whole number stands here, not a text"
    )


def test_a_missing_and_a_doubled_field() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: x, name: z}\nspec:\n  ports:\n  - name: http\n"
    assert told(check, holding(OWN, service)) == (
        f"{OWN}:3:21: error manifest-twice\n"
        "  metadata: {name: x, name: z}\n"
        "                      ^^^^ name is given twice\n"
        f"{OWN}:6:5: error manifest-missing\n"
        "    - name: http\n"
        "      ^^^^ port is missing here"
    )


@pytest.mark.parametrize(
    ("version", "kind", "what"),
    [
        ("apps/v1", "Deploymant", "no Deploymant in apps/v1; did you mean Deployment?"),
        ("extensions/v1beta1", "Deployment", "no Deployment in extensions/v1beta1; it is in apps/v1"),
        ("app/v1", "Deployment", "no Deployment in app/v1; it is in apps/v1"),
    ],
)
def test_a_kind_that_kubernetes_has_not(version: str, kind: str, what: str) -> None:
    assert f"Kubernetes 1.37 has {what}" in told(
        check, holding(OWN, f"apiVersion: {version}\nkind: {kind}\n")
    )


def test_what_a_person_brings_along() -> None:
    custom = "apiVersion: example.com/v1\nkind: Anything\nspec: {a: [1]}\n"
    listed = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metadata: {name: x}}\n"
    aliased = "apiVersion: v1\nkind: ConfigMap\nmetadata: &m {name: x, labels: &l {a: b}, annotations: *l}\n"
    for content in (custom, listed, aliased, "", "# nothing\n", "---\n---\n"):
        assert told(check, holding(OWN, content)) == ""


def test_yaml_is_read_as_kubernetes_reads_it() -> None:
    """`y` is true there (YAML 1.1), and 0644 is octal."""
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: y}\n"
    assert "a text stands here, not true or false" in told(check, holding(OWN, pod))


def test_a_fault_inside_a_list() -> None:
    listed = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Namespace, metdata: {name: x}}\n"
    assert "did you mean metadata?" in told(check, holding(OWN, listed))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"a: [1\nb: 2\n", "own.yaml:2:2: error manifest-yaml\n"),
        (b"a:\n\tb: 1\n", "own.yaml:2:1: error manifest-yaml\n"),
        (b"\xff\xfe\x00", "own.yaml: error manifest-yaml\n  not UTF-8"),
        (b"just words\n", "own.yaml:1:1: error manifest-yaml\n"),
        (b"[" * 5000, "nested too deeply"),
        (b"a: &a {b: *a}\n", "an object has an apiVersion and a kind"),
        (b"kind: Pod\n", "an object has an apiVersion and a kind"),
        (b"? [a]\n: b\n", "an object has an apiVersion and a kind"),
    ],
)
def test_no_kubernetes_object(content: bytes, what: str) -> None:
    assert what in told(check, holding(OWN, content))


def test_a_file_that_no_controller_applies() -> None:
    assert told(check, holding("userdata/addons/own/notes.txt", "hello")) == (
        "userdata/addons/own/notes.txt: warning manifest-name\n"
        "  no controller applies it: its name ends in none of .yaml, .yml, .json\n"
        "  Mend: Rename it, or move it away."
    )


def test_a_static_pod_that_asks_the_api() -> None:
    disk = edited(APISERVER, "  volumes:\n", "  volumes:\n    - name: x\n      configMap:\n        name: x\n")
    assert "a static pod may not name a ConfigMap: kubelet starts it without asking the API" in told(
        check, disk
    )


def test_a_static_pod_that_is_none() -> None:
    disk = holding(
        "userdata/worker/etc/kubernetes/manifests/x.yaml", "apiVersion: apps/v1\nkind: DaemonSet\n"
    )
    assert "x.yaml:2:7: error static-pod" in told(check, disk)
