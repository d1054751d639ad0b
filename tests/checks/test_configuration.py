import json

import pytest
from tests.checks.nodes import ARTICLE, edited, holding, rendered, told, without

from kube_aws.checks.configuration import check

KUBELET = "userdata/worker/etc/kubernetes/kubelet.yaml"
AUDIT = "userdata/controller/etc/kubernetes/audit-policy.yaml"


@pytest.mark.parametrize("version", ["v1.35.9", "v1.36.6", "v1.37.2"])
def test_what_is_rendered_fits_each_minor(version: str) -> None:
    assert told(check, rendered(), ARTICLE.model_copy(update={"kubernetes_version": version})) == ""


def test_a_misspelt_field_of_kubelet() -> None:
    finding = told(check, edited(KUBELET, "cgroupDriver: ", "cgroupDrivr: "))
    assert "error config-field\n  cgroupDrivr: systemd\n  ^^^^^^^^^^^ " in finding
    assert "there is no field cgroupDrivr here; did you mean cgroupDriver?" in finding


def test_a_wrong_type_deep_in_kubelets_configuration() -> None:
    assert "text stands here, not a whole number" in told(
        check, edited(KUBELET, "clientCAFile: /etc/kubernetes/pki/ca.pem", "clientCAFile: 0")
    )


def test_another_kind_in_kubelets_place() -> None:
    finding = told(check, edited(KUBELET, "kubelet.config.k8s.io/v1beta1", "kubelet.config.k8s.io/v1"))
    assert finding.startswith(f"{KUBELET}:1:1: error config-kind\n")
    assert "kubelet reads apiVersion kubelet.config.k8s.io/v1beta1, kind KubeletConfiguration" in finding


def test_kubelet_without_configuration() -> None:
    assert "kubelet has no configuration and cannot start" in told(check, without(KUBELET))


def test_an_empty_folder_has_no_findings() -> None:
    assert told(check, {}) == ""


def test_a_part_of_kubelets_configuration() -> None:
    part = "userdata/worker/etc/kubernetes/kubelet.conf.d/90-own.conf"
    start = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n"
    assert told(check, holding(part, start + "maxPods: 50\n")) == ""
    assert "a whole number stands here, not a text" in told(check, holding(part, start + "maxPods: fifty\n"))


def test_the_api_servers_files() -> None:
    assert "there is no field levle here; did you mean level?" in told(
        check, edited(AUDIT, "level:", "levle:")
    )


def test_json_is_yaml() -> None:
    kubelet = {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "maxPods": 1}
    assert told(check, holding(KUBELET, json.dumps(kubelet))) == ""
