"""Intrinsic functions, pseudo parameters and conditions: what they give, and what they refuse."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import NETWORK, create, settled

from kube_aws.rehearsal.api.cloudformation.intrinsics import Scope, resolve

CONDITIONS = {
    "Yes": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]},
    "No": {"Fn::Not": [{"Condition": "Yes"}]},
    "Both": {"Fn::And": [{"Condition": "Yes"}, {"Condition": "No"}]},
    "Either": {"Fn::Or": [{"Condition": "Yes"}, {"Condition": "No"}]},
}
VALUES: dict[str, tuple[Any, str]] = {
    "Ref": ({"Ref": "AWS::Region"}, "eu-west-1"),
    "Account": ({"Ref": "AWS::AccountId"}, "{account}"),
    "Name": ({"Ref": "AWS::StackName"}, "stack"),
    "Id": ({"Ref": "AWS::StackId"}, "{stack}"),
    "Partition": ({"Ref": "AWS::Partition"}, "aws"),
    "Suffix": ({"Ref": "AWS::URLSuffix"}, "amazonaws.com"),
    "GetAtt": ({"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}, "eu-west-1a"),
    "GetAttDots": ({"Fn::GetAtt": "VPC.CidrBlock"}, "10.0.0.0/16"),
    "Sub": (
        {"Fn::Sub": "${VPC.CidrBlock} ${AWS::Region} ${!Text}"},
        "10.0.0.0/16 eu-west-1 ${Text}",
    ),
    "SubWith": ({"Fn::Sub": ["${A}-${AWS::Partition}", {"A": {"Ref": "AWS::Region"}}]}, "eu-west-1-aws"),
    "Join": ({"Fn::Join": ["-", ["a", {"Ref": "AWS::Region"}, True]]}, "a-eu-west-1-true"),
    "Select": ({"Fn::Select": ["1", ["a", "b"]]}, "b"),
    "Split": ({"Fn::Select": [2, {"Fn::Split": ["|", "a|b|c"]}]}, "c"),
    "Base64": ({"Fn::Base64": {"Fn::Join": ["", ["hello", "é"]]}}, "aGVsbG/DqQ=="),
    "IfYes": ({"Fn::If": ["Yes", "then", "otherwise"]}, "then"),
    "IfBoth": ({"Fn::If": ["Both", "then", "otherwise"]}, "otherwise"),
    "IfEither": ({"Fn::If": ["Either", {"Ref": "AWS::Region"}, "otherwise"]}, "eu-west-1"),
    "NoValue": ({"Fn::Join": [",", ["a", {"Ref": "AWS::NoValue"}, "b"]]}, "a,b"),
}


@pytest.fixture(scope="module")
def account(embedded_aws: EmbeddedAws) -> Account:
    return embedded_aws.account()


def test_every_function(account: Account) -> None:
    client = account.client("cloudformation")
    zoned = {
        **NETWORK["Subnet"],
        "Properties": {
            **NETWORK["Subnet"]["Properties"],
            "AvailabilityZone": {"Fn::Sub": "${AWS::Region}a"},
        },
    }
    stack = create(
        client,
        {
            "VPC": NETWORK["VPC"],
            "Subnet": zoned,
            "Absent": {"Type": "AWS::EC2::InternetGateway", "Condition": "No"},
            "Present": {"Type": "AWS::EC2::InternetGateway", "Condition": "Yes", "DependsOn": "Absent"},
        },
        Conditions=CONDITIONS,
        Outputs={name: {"Value": value} for name, (value, _) in VALUES.items()}
        | {"Hidden": {"Condition": "No", "Value": "x"}},
    )
    described = settled(client, stack)
    assert described["StackStatus"] == "CREATE_COMPLETE", described
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
    assert outputs == {
        name: wanted.replace("{account}", account.id).replace("{stack}", stack)
        for name, (_, wanted) in VALUES.items()
    }
    names = [
        one["LogicalResourceId"] for one in client.describe_stack_resources(StackName=stack)["StackResources"]
    ]
    assert sorted(names) == ["Present", "Subnet", "VPC"]


def scope() -> Scope:
    return Scope({}, {"Yes": True}, lambda name: f"{name}-id", lambda name, path: f"{name}.{path}")


@given(st.text(), st.text())
def test_sub_leaves_everything_else_as_it_is(before: str, after: str) -> None:
    text = f"{before}${{Resource}}{after}"
    if "$" in before + after or "{{resolve:" in text:
        return
    assert resolve({"Fn::Sub": text}, scope()) == f"{before}Resource-id{after}"


@given(st.text(alphabet="abc,"), st.sampled_from([",", "b"]))
def test_join_undoes_split(text: str, delimiter: str) -> None:
    assert resolve({"Fn::Join": [delimiter, {"Fn::Split": [delimiter, text]}]}, scope()) == text


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet="ab: ${}"),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner, min_size=2),
)


@given(json_values)
def test_what_has_no_function_stays_as_it_is(value: Any) -> None:
    assert resolve(value, scope()) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::Select": [2, ["a", "b"]]}, "Fn::Select cannot select nonexistent value at index 2"),
        ({"Fn::Join": ["a"]}, "every Fn::Join object requires two parameters"),
        ({"Fn::If": ["Yes", "then"]}, "Fn::If requires a list argument with three elements"),
        ({"Fn::ImportValue": "x"}, "the embedded AWS has no function Fn::ImportValue"),
        ("{{resolve:ssm:parameter}}", "the embedded AWS has no dynamic references"),
    ],
)
def test_wrong_use(value: Any, text: str) -> None:
    from kube_aws.rehearsal.api.error import ApiError

    with pytest.raises(ApiError, match=text):
        resolve(value, scope())
