"""IAM's language, by the examples of the IAM User Guide and the policies of a cluster."""

import json
from typing import Any

import pytest

from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.conditions import UnknownError, fulfilled
from kube_aws.rehearsal.api.iam.patterns import arn_matches
from kube_aws.rehearsal.api.iam.policy import Decision, decide, statements

INSTANCE = "arn:aws:ec2:eu-west-1:123456789012:instance/i-1"


def judge(access: Access, *given: dict[str, Any]) -> Decision:
    return decide(statements(json.dumps({"Statement": list(given)})), access)


def allow(**elements: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | elements


def deny(**elements: Any) -> dict[str, Any]:
    return allow(**elements) | {"Effect": "Deny"}


@pytest.mark.parametrize(("statement", "decision"), [
    (allow(), Decision.ALLOWED),
    (allow(Action=["s3:*", "EC2:create*"]), Decision.ALLOWED),
    (allow(Action="ec2:Create"), Decision.NOT_ALLOWED),
    (allow(Resource="arn:aws:ec2:*:*:instance/*"), Decision.ALLOWED),
    (allow(Resource="arn:aws:ec2:*:instance/*"), Decision.NOT_ALLOWED),
    (allow(Resource="arn:aws:ec2:eu-west-1:123456789012:volume/*"), Decision.NOT_ALLOWED),
    (deny(), Decision.DENIED),
])  # fmt: skip
def test_action_and_resource(statement: dict[str, Any], decision: Decision) -> None:
    assert judge(Access("ec2:CreateTags", INSTANCE), statement) is decision


def test_a_denial_outweighs_every_permission() -> None:
    access = Access("ec2:CreateTags", INSTANCE)
    assert judge(access, allow(), deny(Action="ec2:CreateTags"), allow()) is Decision.DENIED


def test_an_action_without_resources_needs_the_star() -> None:
    access = Access("ec2:DescribeInstances", "*")
    assert judge(access, allow(Resource="arn:aws:ec2:*:*:instance/*")) is Decision.NOT_ALLOWED
    assert judge(access, allow()) is Decision.ALLOWED


@pytest.mark.parametrize(("condition", "expected"), [
    ({"StringEquals": {"aws:ResourceTag/a": "1"}}, True),
    ({"StringEquals": {"aws:ResourceTag/a": ["0", "1"]}}, True),
    ({"StringEquals": {"aws:ResourceTag/a": "*"}}, False),
    ({"StringLike": {"aws:ResourceTag/a": "*"}}, True),
    ({"StringLike": {"aws:ResourceTag/none": "*"}}, False),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": "x"}}, False),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": ["x", "y"]}}, True),
    ({"ForAllValues:StringEquals": {"aws:TagKeys": "*"}}, False),
    ({"ForAllValues:StringEquals": {"aws:CalledVia": "none"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:TagKeys": "x"}}, True),
    ({"ForAnyValue:StringEquals": {"aws:CalledVia": "none"}}, False),
    ({"ArnEquals": {"ec2:SourceInstanceARN": "arn:*:ec2:*:*:instance/${ec2:InstanceID}"}}, True),
    ({"ArnEquals": {"ec2:SourceInstanceARN": "arn:*:ec2:*:*:instance/${aws:username}"}}, False),
    ({"StringLike": {"ec2:SourceInstanceARN": "*/${ec2:InstanceID}"}}, True),
    ({"StringEquals": {"EC2:InstanceId": "i-1"}}, True),
    ({"StringEquals": {"aws:ResourceTag/a": "1", "aws:ResourceTag/none": "1"}}, False),
])  # fmt: skip
def test_conditions(condition: dict[str, Any], expected: bool) -> None:
    access = Access("ec2:CreateTags", INSTANCE, {
        "aws:ResourceTag/a": "1",
        "aws:TagKeys": ("x", "y"),
        "ec2:SourceInstanceARN": INSTANCE,
        "ec2:InstanceID": "i-1",
    })  # fmt: skip
    assert fulfilled(condition, access) is expected


@pytest.mark.parametrize("statement", [
    allow(Condition={"NumericLessThan": {"aws:TagKeys": "1"}}),
    allow(Condition={"StringEquals": {"aws:MultiFactorAuthPresent": "true"}}),
    allow(Condition={"StringEqualsIfExists": {"aws:TagKeys": "1"}}),
    allow(Surprise=1),
    {"Effect": "Deny", "NotAction": "ec2:*", "Resource": "*"},
])  # fmt: skip
def test_what_it_does_not_know_it_names(statement: dict[str, Any]) -> None:
    with pytest.raises(UnknownError, match=r"NumericLessThan|MultiFactor|IfExists|Surprise|NotAction"):
        judge(Access("ec2:CreateTags", INSTANCE), statement)


def test_unknown_resources_only_go_with_the_star() -> None:
    assert judge(Access("ec2:Strange", None), allow()) is Decision.ALLOWED
    with pytest.raises(UnknownError, match="ec2:Strange"):
        judge(Access("ec2:Strange", None), allow(Resource=INSTANCE))


def test_wildcards_in_a_variable_are_letters() -> None:
    assert not arn_matches("arn:aws:s3:::${aws:username}", "arn:aws:s3:::anything", {"aws:username": "*"})
    assert arn_matches("arn:aws:s3:::${*}", "arn:aws:s3:::*", {})
