import base64
import random
from pathlib import PurePosixPath
from typing import Any

import pytest
from tests.checks.stack import CLUSTER, disk, holding

from kube_aws.checks.limits import check
from kube_aws.tree import File, Tree


def test_the_rendered_template_is_within_all_limits() -> None:
    assert list(check(disk(), CLUSTER)) == []


@pytest.mark.parametrize("part", ["Mappings", "Parameters"])
def test_more_than_200(part: str) -> None:
    (finding,) = check(disk(lambda stack: stack.update({part: {f"X{n}": {} for n in range(201)}})), CLUSTER)
    assert (finding.id, finding.what) == ("template-limit", f"201 {part}, over 200")


def test_a_role_whose_policies_are_too_long() -> None:
    def edit(stack: dict[str, Any]) -> None:
        statement = stack["Resources"]["IAMRoleWorker"]["Properties"]["Policies"][0]["PolicyDocument"][
            "Statement"
        ]
        statement += [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}] * 200

    (finding,) = check(disk(edit), CLUSTER)
    assert (finding.id, finding.place.resource) == ("policy-size", "IAMRoleWorker")


def test_a_stack_over_51200_bytes_names_its_largest_parts() -> None:
    (finding,) = check({**disk(), **_addons(30_000)}, CLUSTER)
    assert "CloudFormation takes 51,200" in finding.what
    assert "userdata/addons" in finding.next_step.splitlines()[0]


def test_a_place_that_nothing_fills_is_told_where_it_stands() -> None:
    def edit(stack: dict[str, Any]) -> None:
        stack["Resources"]["VPC"]["Metadata"] = {"mine": "<userdata/mine>"}

    (finding,) = check(disk(edit), CLUSTER)
    assert finding.what == "nothing fills the place <userdata/mine>"
    assert finding.place.line is not None


@pytest.mark.parametrize(
    "content", [b"", b"[]", b'{"Resources": 3}', b'{"Mappings": 3}', b"[" * 700 + b"]" * 700]
)
def test_a_broken_template_is_no_error_of_ours(content: bytes) -> None:
    assert all(finding.id == "assembly" for finding in check(holding(content), CLUSTER))


def _addons(size: int) -> Tree:
    """Add-ons that pack to about so many bytes."""
    noise = base64.b64encode(random.Random(1).randbytes(size))
    return {PurePosixPath("userdata/addons/mine/noise.yaml"): File(noise)}
