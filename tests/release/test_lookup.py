from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from tests.downloads.site import Site, serving
from tests.embedded_aws import EmbeddedAws

from kube_aws.downloads.sites import Sites
from kube_aws.operations.lookup import look_up
from kube_aws.release.lock import Lock
from kube_aws.release.missing import BinaryQuery, ImageQuery, MachineImageQuery, missing
from kube_aws.terminal.error import UserError

from .built import cluster

SITES = (
    "https://dl.k8s.io",
    "https://github.com",
    "https://registry.k8s.io",
    "https://ghcr.io",
    "https://artifacts.k8s.io",
)


@pytest.fixture
def site() -> Iterator[Site]:
    """All sites in one, with everything that a cluster needs but machine images."""
    with serving() as site:
        for query in missing(cluster(), None):
            match query:
                case BinaryQuery():
                    path = "/" + query.url.split("/", 3)[3]
                    site.files[f"{path}.{query.hash}"] = b"ab" * (64 if query.hash == "sha512" else 32)
                case ImageQuery():
                    repository, _, tag = query.reference.partition("/")[2].rpartition(":")
                    site.image(repository, tag)
        yield site


@pytest.fixture
def session(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in embedded_aws.account().env.items():
        monkeypatch.setenv(name, value)
    return boto3.Session


def test_everything_missing_is_looked_up_at_once(site: Site, session: Any) -> None:
    queries = missing(cluster(), None)
    lock = look_up(queries, Lock(), session, site.sites(*SITES))
    assert missing(cluster(), lock) == []
    assert lock.machine_images["stable/eu-west-1/amd64"].name == "Flatcar-stable-4593.2.3-hvm"
    assert not any(entry.built for entry in {**lock.binaries, **lock.images}.values())
    assert all(count == 1 for count in site.asked.values())


def test_what_the_lock_holds_stays(site: Site) -> None:
    held = look_up([ImageQuery("registry.k8s.io/pause:3.10.1")], Lock(), no_session, site.sites(*SITES))
    more = look_up([ImageQuery("registry.k8s.io/etcd:3.7.3-0")], held, no_session, site.sites(*SITES))
    assert held.images.items() < more.images.items()


def test_each_failure_is_named_and_there_is_no_half_lock(site: Site) -> None:
    del site.files["/v2/pause/manifests/3.10.1"]
    site.files["/release/v1.37.2/bin/linux/amd64/kubelet.sha512"] = b"<html>"
    queries = [query for query in missing(cluster(), None) if not isinstance(query, MachineImageQuery)]
    with pytest.raises(UserError, match="2 of 20 entries") as told:
        look_up(queries, Lock(), no_session, site.sites(*SITES))
    assert [finding.what.split(": ")[0] for finding in told.value.findings] == [
        "kubelet/v1.37.2/amd64",
        "registry.k8s.io/pause:3.10.1",
    ]
    assert 'kube-aws render"' in told.value.next_step


def test_a_reason_that_many_share_is_told_once() -> None:
    queries = [ImageQuery(f"registry.k8s.io/{name}:1") for name in ("pause", "etcd", "coredns")]
    with pytest.raises(UserError, match="3 of 3 entries") as told:
        look_up(
            queries, Lock(), no_session, Sites({"https://registry.k8s.io": "http://127.0.0.1:9"}, retries=0)
        )
    (finding,) = told.value.findings
    assert finding.what.startswith("registry.k8s.io/pause:1 and 2 more: 127.0.0.1 does not answer")


def no_session() -> boto3.Session:
    raise AssertionError("no machine image is missing")
