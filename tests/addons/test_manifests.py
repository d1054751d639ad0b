from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.checks.nodes import ARTICLE, told
from tests.scenarios.scenario import lock

from kube_aws.addons.manifests import manifests
from kube_aws.addons.packing import pack
from kube_aws.checks.manifests import check
from kube_aws.cluster.model import AddOns, Cluster, CoreDNS, ExternalDNS
from kube_aws.release.lock import Lock
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree

NAMES = (
    "aws-cloud-controller-manager",
    "aws-ebs-csi-driver",
    "coredns",
    "external-dns",
    "flannel",
    "kube-proxy",
    "metrics-server",
)
VERSIONS = ("v1.35.9", "v1.36.6", "v1.37.2")

Object = dict[str, Any]


def cluster(**changes: object) -> Cluster:
    return ARTICLE.model_copy(update=changes)


def objects(tree: Tree) -> Iterator[tuple[str, Object]]:
    """Every object with the name of its add-on."""
    for path, file in tree.items():
        for found in YAML(typ="safe", pure=True).load_all(file.content.decode()):
            yield path.parts[0], found


def rendered(about: Cluster = ARTICLE) -> list[tuple[str, Object]]:
    return list(objects(manifests(about, lock())))


def pods(about: Cluster = ARTICLE) -> Iterator[tuple[Object, Object]]:
    """Each workload and the specification of its pods."""
    for _, found in rendered(about):
        if found["kind"] in ("DaemonSet", "Deployment"):
            yield found, found["spec"]["template"]["spec"]


def containers(pod: Object) -> list[Object]:
    return [*pod.get("initContainers", ()), *pod["containers"]]


def one(kind: str, name: str, about: Cluster = ARTICLE) -> Object:
    (found,) = [
        found for _, found in rendered(about) if (found["kind"], found["metadata"]["name"]) == (kind, name)
    ]
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_they_fit_each_minor(version: str) -> None:
    about = cluster(kubernetes_version=version)
    disk = {PurePosixPath("userdata/addons", path): file for path, file in manifests(about, lock()).items()}
    assert told(check, disk, about) == ""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_image_is_pinned_as_the_lock_says(version: str) -> None:
    pinned = {image.pinned for image in lock().images.values()}
    images = {
        container["image"]
        for _, pod in pods(cluster(kubernetes_version=version))
        for container in containers(pod)
    }
    assert images <= pinned
    assert f"registry.k8s.io/kube-proxy:{version}" in {image.partition("@")[0] for image in images}


def test_an_image_that_is_not_locked() -> None:
    with pytest.raises(UserError, match=r"release\.lock does not hold registry.k8s.io/"):
        manifests(ARTICLE, Lock())


@pytest.mark.parametrize("name", NAMES)
def test_an_add_on_that_is_switched_off_vanishes(name: str) -> None:
    off = AddOns.model_validate({name: {"enabled": False}})
    left = {path.parts[0] for path in manifests(cluster(addons=off), lock())}
    needs_it = {"aws-ebs-csi-driver"} if name == "aws-cloud-controller-manager" else set()
    assert set(NAMES) & left == set(NAMES) - {name} - needs_it


def test_all_off() -> None:
    off = AddOns.model_validate({name: {"enabled": False} for name in NAMES})
    # What lets nodes join is no add-on that one could do without.
    assert {path.parts[0] for path in manifests(cluster(addons=off), lock())} == {"access"}


def test_every_object_says_who_manages_it() -> None:
    for name, found in rendered():
        labels = found["metadata"].get("labels", {})
        assert labels.get("app.kubernetes.io/managed-by") == "kube-aws", found["metadata"]
        assert labels.get("kube-aws.io/addon") == name, found["metadata"]


def test_every_object_is_named_once() -> None:
    keys = [
        (found["kind"], found["metadata"].get("namespace"), found["metadata"]["name"])
        for _, found in rendered()
    ]
    assert len(keys) == len(set(keys))


def test_every_service_account_and_configuration_exists() -> None:
    have = {(found["kind"], found["metadata"]["name"]) for _, found in rendered()}
    for _, pod in pods():
        assert ("ServiceAccount", pod["serviceAccountName"]) in have
        for volume in pod.get("volumes", ()):
            if "configMap" in volume:
                assert ("ConfigMap", volume["configMap"]["name"]) in have
    for _, found in rendered():
        for subject in found.get("subjects", ()):
            if subject["kind"] == "ServiceAccount":
                assert ("ServiceAccount", subject["name"]) in have
        role = found.get("roleRef", {"name": "system:"})["name"]
        brought_by_kubernetes = ("system:", "cluster-admin", "extension-apiserver-authentication-reader")
        assert role.startswith(brought_by_kubernetes) or ("ClusterRole", role) in have


def test_selectors_select_their_pods() -> None:
    labels = [workload["spec"]["template"]["metadata"]["labels"] for workload, _ in pods()]
    for workload, _ in pods():
        assert (
            workload["spec"]["selector"]["matchLabels"] == workload["spec"]["template"]["metadata"]["labels"]
        )
    for _, found in rendered():
        if found["kind"] == "Service":
            assert found["spec"]["selector"] in labels


def test_what_keeps_a_node_alive_tolerates_everything() -> None:
    tolerant = {
        workload["metadata"]["name"]
        for workload, pod in pods()
        if {"operator": "Exists"} in pod.get("tolerations", ())
    }
    assert tolerant == {"aws-cloud-controller-manager", "kube-proxy", "flannel", "ebs-csi-node"}


def test_what_networks_need_the_cluster_for_names_the_api_itself() -> None:
    """Before Services work, the API is reached by its name in the private zone."""
    for name in ("aws-cloud-controller-manager", "flannel"):
        env = one("DaemonSet", name)["spec"]["template"]["spec"]["containers"][0]["env"]
        assert {"name": "KUBERNETES_SERVICE_HOST", "value": "api.particule-k8s-clust.internal"} in env
    kubeconfig = one("ConfigMap", "kube-proxy")["data"]["kubeconfig"]
    assert 'server: "https://api.particule-k8s-clust.internal"' in kubeconfig


def test_the_clusters_addresses() -> None:
    assert one("Service", "kube-dns")["spec"]["clusterIP"] == "10.3.0.10"
    assert '"Network": "10.2.0.0/16"' in one("ConfigMap", "flannel")["data"]["net-conf.json"]
    assert 'clusterCIDR: "10.2.0.0/16"' in one("ConfigMap", "kube-proxy")["data"]["config.yaml"]


@pytest.mark.parametrize(("replicas", "workers", "domains"), [(2, 2, 2), (2, 1, 1), (1, 5, 1), (3, 0, 1)])
def test_dns_servers_wait_for_as_many_nodes_as_there_will_be(
    replicas: int, workers: int, domains: int
) -> None:
    about = cluster(addons=AddOns(coredns=CoreDNS(replicas=replicas)), worker_count=workers)
    spec = one("Deployment", "coredns", about)["spec"]
    (spread,) = spec["template"]["spec"]["topologySpreadConstraints"]
    assert (spec["replicas"], spread["minDomains"]) == (replicas, domains)


def test_metrics_are_read_over_verified_tls() -> None:
    (container,) = one("Deployment", "metrics-server")["spec"]["template"]["spec"]["containers"]
    assert (
        "--kubelet-certificate-authority=/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"
        in container["args"]
    )
    assert not [arg for arg in container["args"] if "insecure" in arg]


def names(about: Cluster) -> list[str]:
    """The arguments by which external-dns names Services."""
    (container,) = one("Deployment", "external-dns", about)["spec"]["template"]["spec"]["containers"]
    return [arg for arg in container["args"] if arg.startswith("--fqdn-template")]


def test_services_are_named_in_the_zone_unless_they_are_to_say_so() -> None:
    template = '{{.Name}}{{if ne .Namespace "default"}}.{{.Namespace}}{{end}}.particule.io'
    assert names(ARTICLE) == [f"--fqdn-template={template}"]
    assert names(cluster(addons=AddOns(external_dns=ExternalDNS(names="annotated")))) == []


def test_without_a_zone_there_are_no_names() -> None:
    about = cluster(hosted_zone="", create_record_set=False)
    assert "external-dns" not in {name for name, _ in rendered(about)}


def test_packed_they_leave_room_in_the_stack() -> None:
    assert len(pack(manifests(ARTICLE, lock()))) <= 7_500
