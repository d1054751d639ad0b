"""The cluster.yaml that init writes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cluster.article import messages

from kube_aws.cluster.keys import keys
from kube_aws.cluster.load import load
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.sample import sample

ANSWERS = {
    "clusterName": "particule-k8s-clust",
    "externalDNSName": "k8s.particule.io",
    "region": "eu-west-1",
    "availabilityZone": "eu-west-1a",
    "keyName": "klefevre-sorrow",
    "kmsKeyArn": "arn:aws:kms:eu-west-1:303293004898:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701",
}
OPTIONAL = [key.name for key in keys() if not key.required and "." not in key.name]


def uncommented(text: str, name: str = r"[\w]+") -> bytes:
    """The file with the # removed before one key, or before all; its block, where it has one, goes along."""
    return re.sub(rf"(?m)^#(?={name}:)((?:.|\n#  )*)", lambda m: m[1].replace("\n#  ", "\n  "), text).encode()


def test_it_holds_exactly_the_answers() -> None:
    cluster, findings = load(sample(ANSWERS).encode(), "cluster.yaml")
    assert findings == []
    assert cluster == Cluster.model_validate(ANSWERS)


@given(
    st.from_regex(r"\A[!-~]([ -~]{0,20}[!-~])?\Z"), st.from_regex(r"\A[A-Za-z]([A-Za-z0-9-]{0,20}[a-z])?\Z")
)
def test_every_answer_comes_back_as_it_was_given(key_pair: str, name: str) -> None:
    answers = {**ANSWERS, "keyName": key_pair, "clusterName": name}
    cluster, findings = load(sample(answers).encode(), "cluster.yaml")
    assert [finding.what for finding in findings if "would hide" not in finding.what] == []
    assert cluster is None or (cluster.key_name, cluster.cluster_name) == (key_pair, name)


def test_every_optional_key_stands_in_it_as_a_comment() -> None:
    text = sample(ANSWERS)
    assert [name for name in OPTIONAL if f"\n#{name}:" not in text] == []


@pytest.mark.parametrize("name", OPTIONAL)
def test_each_key_can_be_uncommented_as_it_stands(name: str) -> None:
    source = uncommented(sample(ANSWERS), name)
    expected = ["needs vpcId"] if name == "routeTableId" else []
    assert [text for text in messages(source) if "needs vpcId" not in text] == []
    assert ["needs vpcId" for text in messages(source)] == expected
    assert re.search(rf"(?m)^{name}:", source.decode())


def test_all_keys_can_be_uncommented_at_once() -> None:
    source = uncommented(sample(ANSWERS))
    cluster, findings = load(source, "cluster.yaml")
    assert findings == []
    assert cluster is not None
    assert cluster.model_fields_set == set(Cluster.model_fields)
    assert cluster.addons == Cluster.model_validate(ANSWERS).addons


def test_a_default_that_stands_there_is_the_default() -> None:
    cluster, _ = load(uncommented(sample(ANSWERS)), "cluster.yaml")
    assert cluster is not None
    default = Cluster.model_validate(ANSWERS)
    differing = {name for name in Cluster.model_fields if getattr(cluster, name) != getattr(default, name)}
    examples = {
        "hosted_zone",
        "worker_spot_price",
        "vpc_id",
        "route_table_id",
        "permissions_boundary",
        "stack_tags",
    }
    assert differing == examples


def test_examples_fit_the_answers() -> None:
    china = {key: value.replace("eu-west-1", "cn-north-1").replace("arn:aws:", "arn:aws-cn:")
             for key, value in ANSWERS.items()}  # fmt: skip
    assert messages(uncommented(sample(china))) == []
    assert "#hostedZone: particule.io " in sample(china)


def test_the_answers_are_there_as_a_command_to_type_again() -> None:
    text = sample({**ANSWERS, "keyName": "it's mine"})
    assert "# --key-name='it'\"'\"'s mine' \\\n" in text
    assert text.startswith("# yaml-language-server: $schema=.kube-aws.schema.json\n")
