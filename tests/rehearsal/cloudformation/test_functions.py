"""Intrinsic functions, pseudo parameters, parameters and conditions: what they give, and what they refuse."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from tests.embedded_aws import Account, EmbeddedAws
from tests.rehearsal.cloudformation.templates import NETWORK, create, settled

from kube_aws.rehearsal.api.cloudformation.intrinsics import Scope, resolve

MAPPINGS = {"Zones": {"eu-west-1": {"first": "eu-west-1a"}}}
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
    "Parameter": ({"Ref": "Text"}, "hello"),
    "ListParameter": ({"Fn::Join": ["+", {"Ref": "Several"}]}, "a+b+c"),
    "GetAtt": ({"Fn::GetAtt": ["Subnet", "AvailabilityZone"]}, "eu-west-1a"),
    "GetAttDots": ({"Fn::GetAtt": "VPC.CidrBlock"}, "10.0.0.0/16"),
    "Sub": (
        {"Fn::Sub": "${Text} ${VPC.CidrBlock} ${AWS::Region} ${!Text}"},
        "hello 10.0.0.0/16 eu-west-1 ${Text}",
    ),
    "SubWith": ({"Fn::Sub": ["${A}-${Text}", {"A": {"Ref": "AWS::Region"}}]}, "eu-west-1-hello"),
    "Join": ({"Fn::Join": ["-", ["a", {"Ref": "Text"}, True]]}, "a-hello-true"),
    "Select": ({"Fn::Select": ["1", ["a", "b"]]}, "b"),
    "Split": ({"Fn::Select": [2, {"Fn::Split": ["|", "a|b|c"]}]}, "c"),
    "Base64": ({"Fn::Base64": {"Fn::Sub": "${Text}é"}}, "aGVsbG/DqQ=="),
    "Cidr": ({"Fn::Join": [" ", {"Fn::Cidr": ["10.0.0.0/16", 3, 8]}]}, "10.0.0.0/24 10.0.1.0/24 10.0.2.0/24"),
    "GetAZs": ({"Fn::Join": [" ", {"Fn::GetAZs": ""}]}, "eu-west-1a eu-west-1b eu-west-1c"),
    "FindInMap": ({"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "first"]}, "eu-west-1a"),
    "IfYes": ({"Fn::If": ["Yes", "then", "otherwise"]}, "then"),
    "IfBoth": ({"Fn::If": ["Both", "then", "otherwise"]}, "otherwise"),
    "IfEither": ({"Fn::If": ["Either", {"Ref": "Text"}, "otherwise"]}, "hello"),
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
            "AvailabilityZone": {"Fn::FindInMap": ["Zones", {"Ref": "AWS::Region"}, "first"]},
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
        declared={
            "Text": {"Type": "String", "Default": "hello"},
            "Several": {"Type": "CommaDelimitedList"},
        },
        Parameters=[{"ParameterKey": "Several", "ParameterValue": "a, b,c"}],
        Conditions=CONDITIONS,
        Mappings=MAPPINGS,
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


def scope(**parameters: Any) -> Scope:
    return Scope(
        parameters,
        {},
        {"Yes": True},
        lambda name: f"{name}-id",
        lambda name, path: f"{name}.{path}",
        lambda _: [],
    )


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
    st.none() | st.booleans() | st.integers() | st.text(),
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
        ({"Fn::FindInMap": ["A", "B", "C"]}, "Unable to get mapping for A::B::C"),
        ({"Fn::If": ["Yes", "then"]}, "Fn::If requires a list argument with three elements"),
        ({"Fn::ImportValue": "x"}, "the embedded AWS has no function Fn::ImportValue"),
        ("{{resolve:ssm:parameter}}", "the embedded AWS has no dynamic references"),
    ],
)
def test_wrong_use(value: Any, text: str) -> None:
    from kube_aws.rehearsal.api.error import ApiError

    with pytest.raises(ApiError, match=text):
        resolve(value, scope())


@pytest.mark.parametrize(
    ("declaration", "value", "text"),
    [
        ({"Type": "String"}, None, r"Parameters: \[P\] must have values"),
        ({"Type": "String", "AllowedValues": ["a"]}, "b", "Parameter 'P' must be one of AllowedValues"),
        ({"Type": "Number"}, "x", "Parameter 'P' must be a number"),
        ({"Type": "Number", "MaxValue": 3}, "4", "must be a number not greater than 3"),
        ({"Type": "String", "MinLength": 3}, "ab", "must contain at least 3 characters"),
        ({"Type": "String", "AllowedPattern": "[a-z]+"}, "A", r"must match pattern \[a-z\]\+"),
        (
            {"Type": "String", "AllowedPattern": "[a-z]+", "ConstraintDescription": "be small"},
            "A",
            "Parameter P failed to satisfy constraint: be small",
        ),
        ({"Type": "AWS::SSM::Parameter::Value<String>"}, "x", "has no parameters of type AWS::SSM"),
    ],
)
def test_parameters(account: Account, declaration: dict[str, Any], value: str | None, text: str) -> None:
    chosen = [] if value is None else [{"ParameterKey": "P", "ParameterValue": value}]
    with pytest.raises(ClientError, match=text):
        create(
            account.client("cloudformation"),
            NETWORK,
            name="wrong",
            declared={"P": declaration},
            Parameters=chosen,
        )


def test_no_echo_is_not_told(account: Account) -> None:
    client = account.client("cloudformation")
    declared = {"Secret": {"Type": "String", "NoEcho": True}}
    chosen = [{"ParameterKey": "Secret", "ParameterValue": "hidden"}]
    create(client, NETWORK, name="secret", declared=declared, Parameters=chosen)
    assert settled(client, "secret")["Parameters"] == [{"ParameterKey": "Secret", "ParameterValue": "****"}]
