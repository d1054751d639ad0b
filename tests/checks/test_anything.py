"""Whatever a person puts on disk: findings, never an exception."""

import json
from importlib import import_module
from pathlib import PurePosixPath

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.checks.nodes import ARTICLE, rendered

from kube_aws.finding import Finding
from kube_aws.tree import File

CHECKS = ("ignition", "userdata_size", "units", "configuration", "manifests", "key_material", "limits")
WORKER = PurePosixPath("userdata/worker")
UNIT = WORKER / "etc/systemd/system/kubelet.service"
# Few files, so that many examples are quick: those which checks look at while they look at another one.
BESIDE = {
    path: rendered()[path] for path in (UNIT, WORKER / "ignition.json", WORKER / "etc/kube-aws/downloads")
}
PATHS = [
    *map(str, BESIDE),
    "kubeconfig",
    "stack-template.json",
    "userdata/addons/own/own.yaml",
    "userdata/own",
    "userdata/worker/etc/kubernetes/audit.yaml",
    "userdata/worker/etc/kubernetes/kubelet.conf.d/own.conf",
    "userdata/worker/etc/kubernetes/kubelet.yaml",
    "userdata/worker/etc/kubernetes/manifests/own",
    "userdata/worker/etc/systemd/system/own.service.d/own.conf",
    "userdata/worker/etc/systemd/system/own.timer",
]
LIKE_YAML = st.text(alphabet="a1:-?*&!|>%@`'\"{}[],#~<\n\t \u0000\u0085\ufeff", max_size=60).map(str.encode)
LIKE_UNIT = st.lists(
    st.sampled_from(
        ["[Unit]", "[Service", "After=", "ExecStart=", "\\", "=", "a.service", "/x", "%", "@", "\0"]
    )
    | st.text(max_size=5)
).map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ignition", "storage", "systemd", "units", "files", "name", "path"]), inner
        )
    ),
).map(lambda value: json.dumps(value).encode())


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    path=st.sampled_from(PATHS),
    content=st.binary(max_size=200) | LIKE_YAML | LIKE_UNIT | JSON,
    executable=st.booleans(),
)
def test_arbitrary_bytes_in_any_file(path: str, content: bytes, executable: bool) -> None:
    disk = {**BESIDE, PurePosixPath(path): File(content, executable)}
    for name in CHECKS:
        found = import_module(f"kube_aws.checks.{name}").check(disk, ARTICLE)
        assert all(isinstance(finding, Finding) for finding in found)


@settings(max_examples=20, deadline=None)
@given(content=st.binary(max_size=200) | LIKE_YAML.map(lambda text: b"#!/bin/bash\n" + text))
def test_arbitrary_scripts(content: bytes) -> None:
    from kube_aws.checks.scripts import check

    disk = {PurePosixPath("userdata/worker/opt/own"): File(content)}
    assert all(isinstance(finding, Finding) for finding in check(disk, ARTICLE))
