from typing import Any

import pytest
from tests.checks.stack import CLUSTER, disk, holding, line
from tests.scenarios.scenario import NAMES, cluster, lock

from kube_aws.checks.template import check
from kube_aws.stack.template import template


@pytest.mark.parametrize("name", NAMES)
def test_cfn_lint_has_nothing_against_what_is_rendered(name: str) -> None:
    tree = holding(template(cluster(name), lock()))
    assert list(check(tree, cluster(name))) == []


def test_a_misspelt_property_is_told_at_its_line() -> None:
    def edit(stack: dict[str, Any]) -> None:
        properties = stack["Resources"]["VPC"]["Properties"]
        properties["EnableDnsHostname"] = properties.pop("EnableDnsHostnames")

    (finding,) = check(disk(edit), CLUSTER)
    assert finding.id == "E3002"
    assert finding.place.resource == "VPC"
    assert line(disk(edit), finding.place.line) == '"EnableDnsHostname": true'


def test_an_instance_type_that_there_is_not() -> None:
    there = CLUSTER.model_copy(update={"worker_instance_type": "t2.smal"})
    (finding,) = check(holding(template(there, lock())), there)
    assert finding.what == f"there is no instance type t2.smal in {there.region}"
    assert "t2.small" in finding.next_step
    assert finding.next_step.endswith("It is workerInstanceType in cluster.yaml.")


def test_cfn_lint_counts() -> None:
    def edit(stack: dict[str, Any]) -> None:
        stack["Outputs"] = {f"X{number}": {"Value": "x"} for number in range(201)}

    assert "E6010" in {finding.id for finding in check(disk(edit), CLUSTER)}


def test_a_long_description() -> None:
    found = {
        finding.id for finding in check(disk(lambda stack: stack.update(Description="x" * 1025)), CLUSTER)
    }
    assert "E1003" in found


@pytest.mark.parametrize(
    ("content", "at"), [(b"", "1:1"), (b'{"Resources": {\n  "A" 3}}', "2:7"), (b"A: b", "1:1")]
)
def test_what_is_no_json_is_told_with_its_place(content: bytes, at: str) -> None:
    (finding,) = check(holding(content), CLUSTER)
    assert str(finding.place) == f"stack-template.json:{at}"
    assert "render --reset stack-template.json" in finding.next_step


@pytest.mark.parametrize(
    "content",
    [b"[]", b"3", b"null", b'{"Resources": 3}', b'{"Resources": {"A": 3}}', b"\xff", b"[" * 700 + b"]" * 700],
)
def test_no_template_ends_in_an_error_of_ours(content: bytes) -> None:
    assert [finding for finding in check(holding(content), CLUSTER) if finding.severity == "error"]


def test_a_template_that_was_deleted() -> None:
    (finding,) = check({}, CLUSTER)
    assert finding.id == "template-missing"


def test_a_region_newer_than_cfn_lint() -> None:
    there = CLUSTER.model_copy(update={"region": "eu-north-9"})
    assert "region-unknown" in {finding.id for finding in check(disk(), there)}
