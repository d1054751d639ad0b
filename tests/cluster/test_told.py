"""What is made of the models beside messages: reference, schema, list of keys."""

import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.cluster.article import ARTICLE
from tests.cluster.test_sample import ANSWERS, uncommented

from kube_aws.cluster.forms import KUBERNETES, KUBERNETES_MINORS
from kube_aws.cluster.keys import keys, nearest
from kube_aws.cluster.sample import sample
from kube_aws.cluster.schema import schema
from kube_aws.release.versions import versions

ROOT = Path(__file__).parents[2]


def test_the_reference_is_current() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "kube_aws.cluster.reference"], capture_output=True, check=True, text=True
    ).stdout
    assert (ROOT / "docs/cluster-yaml.md").read_text() == made, "run `make docs`"


def test_every_key_has_a_meaning_and_says_what_a_change_does() -> None:
    assert [key.name for key in keys() if not (key.meaning.endswith(".") and key.change.endswith("."))] == []


@pytest.mark.parametrize(
    "text", [ARTICLE, sample(ANSWERS), uncommented(sample(ANSWERS)).decode(), ARTICLE + "useCalico: false\n"]
)
def test_the_schema_accepts_what_the_loader_accepts(text: str) -> None:
    validator = Draft202012Validator(schema())
    assert [error.message for error in validator.iter_errors(YAML(typ="safe", pure=True).load(text))] == []


@pytest.mark.parametrize(
    "lines",
    ["workerCuont: 2", "workerCount: -1", "releaseChannel: alfa", "addons: {flannel: false}", "vpcId: x"],
)
def test_the_schema_refuses_what_an_editor_can_see(lines: str) -> None:
    document = YAML(typ="safe", pure=True).load(sample(ANSWERS) + lines)
    assert not Draft202012Validator(schema()).is_valid(document)


@pytest.mark.parametrize("version", [KUBERNETES, *(f"v{minor}.0" for minor in KUBERNETES_MINORS)])
def test_every_version_that_cluster_yaml_may_name_has_its_parts(version: str) -> None:
    assert versions(version).kubernetes == version


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("workercount", "workerCount"),
        ("vpcCIRD", "vpcCIDR"),
        ("coredns", "addons.coredns"),
        ("replica", "addons.coredns.replicas"),
        ("addons.core-dns.replicas", "addons.coredns.replicas"),
        ("qqqqq", None),
    ],
)
def test_the_nearest_key(typed: str, meant: str | None) -> None:
    assert nearest(typed) == meant
