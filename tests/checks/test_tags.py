from typing import Any

import pytest
from tests.checks.stack import CLUSTER, disk, holding, line

from kube_aws.checks.tags import check


def test_the_rendered_tags_are_fit_for_instances() -> None:
    assert list(check(disk(), CLUSTER)) == []


@pytest.mark.parametrize(
    "key", ["kubernetes.io/cluster/mine", "cost centre", "", "aws:mine", "..", "é", "x" * 129]
)
def test_a_key_with_which_no_instance_starts(key: str) -> None:
    def edit(stack: dict[str, Any]) -> None:
        data = stack["Resources"]["WorkersLaunchTemplate"]["Properties"]["LaunchTemplateData"]
        data["TagSpecifications"][0]["Tags"].append({"Key": key, "Value": "x"})

    (finding,) = check(disk(edit), CLUSTER)
    assert finding.severity == "error"
    assert finding.place.resource == "WorkersLaunchTemplate"
    assert line(disk(edit), finding.place.line) == "{"


def test_a_tag_that_a_group_gives_its_instances() -> None:
    def edit(stack: dict[str, Any]) -> None:
        tags = [
            {"Key": "a/b", "Value": "x", "PropagateAtLaunch": True},
            {"Key": "c/d", "Value": "x", "PropagateAtLaunch": False},
        ]
        stack["Resources"]["Workers"]["Properties"]["Tags"] = tags

    (finding,) = check(disk(edit), CLUSTER)
    assert "a/b" in finding.what


def test_what_is_no_instance_may_have_slashes() -> None:
    def edit(stack: dict[str, Any]) -> None:
        stack["Resources"]["Subnet0"]["Properties"]["Tags"].append({"Key": "a/b", "Value": "x"})

    assert list(check(disk(edit), CLUSTER)) == []


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"3", b'{"Resources": 3}', b'{"Resources": {"A": {"Properties": 3}}}']
)
def test_another_check_tells_of_a_broken_template(content: bytes) -> None:
    assert list(check(holding(content), CLUSTER)) == []
