"""Templates and properties that AWS would not take, and its words for it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kube_aws.rehearsal.api.cloudformation.properties import coerce, violations
from kube_aws.rehearsal.api.cloudformation.schema import schema
from kube_aws.rehearsal.api.cloudformation.template import read
from kube_aws.rehearsal.api.error import ApiError

UNRESOLVED = "Template format error: Unresolved resource dependencies [{}] in the {} block of the template"
VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}


def subnet(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::EC2::Subnet", "Properties": {"CidrBlock": "10.0.0.0/24", **properties}}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ('{"Resources": {', "Template format error: JSON not well-formed. (line 1, column 16)"),
        ("[]", "Template format error: unsupported structure."),
        ({}, "Template format error: At least one Resources member must be defined."),
        ({"Resources": {"A": VPC}, "Resource": {}}, "Invalid template property or properties [Resource]"),
        (
            {"Resources": {"A": VPC}, "AWSTemplateFormatVersion": "2026-01-01"},
            "Template format error: unsupported value for AWSTemplateFormatVersion.",
        ),
        (
            {"Resources": {"A": {"Properties": {}}}},
            "Template format error: [/Resources/A] Every Resources object must contain a Type member.",
        ),
        (
            {"Resources": {"A": VPC}, "Parameters": {"P": {"Type": "String"}}},
            "Template format error: the embedded AWS has no Parameters",
        ),
        ({"Resources": {"A-B": VPC}}, "Template format error: Resource name A-B is non alphanumeric."),
        ({"Resources": {"A": {**VPC, "Depends": "B"}}}, "Invalid template resource property 'Depends'"),
        (
            {"Resources": {"A": {"Type": "AWS::EC2::Vpc"}, "B": {"Type": "My::Own::Type"}}},
            "Template format error: Unrecognized resource types: [AWS::EC2::Vpc, My::Own::Type]",
        ),
        (
            {"Resources": {"S": subnet(VpcId={"Ref": "V"})}},
            UNRESOLVED.format("V", "Resources"),
        ),
        (
            {"Resources": {"A": VPC}, "Outputs": {"O": {"Value": {"Fn::Sub": "${B}"}}}},
            UNRESOLVED.format("B", "Outputs"),
        ),
        (
            {"Resources": {"A": {**VPC, "DependsOn": ["B"]}}},
            UNRESOLVED.format("B", "Resources"),
        ),
        (
            {"Resources": {"S": subnet(VpcId={"Fn::GetAtt": ["V", "VpcId"]})}},
            "Template error: instance of Fn::GetAtt references undefined resource V",
        ),
        (
            {"Resources": {"A": VPC, "S": subnet(VpcId={"Fn::GetAtt": ["A", "Arn"]})}},
            "Template error: resource A does not support attribute type Arn in Fn::GetAtt",
        ),
        (
            {"Resources": {"A": {**VPC, "Condition": "C"}}},
            "Template format error: Unresolved condition dependency C in the Resources block of the template",
        ),
        (
            {
                "Resources": {
                    "A": subnet(VpcId={"Ref": "B"}),
                    "B": {**VPC, "DependsOn": "C"},
                    "C": subnet(VpcId={"Fn::Sub": "${A}"}),
                    "D": VPC,
                }
            },
            "Circular dependency between resources: [A, B, C]",
        ),
    ],
)
def test_template_is_refused_in_aws_words(template: Any, text: str) -> None:
    with pytest.raises(ApiError) as refused:
        read(template if isinstance(template, str) else json.dumps(template), "eu-west-1")
    assert refused.value.code == "ValidationError"
    assert refused.value.message == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"Fn::GetAtt": "VPC"}, "every Fn::GetAtt object requires two non-empty parameters"),
        ({"Fn::GetAtt": ["VPC"]}, "every Fn::GetAtt object requires two non-empty parameters"),
        ({"Fn::Sub": []}, "One or more Fn::Sub intrinsic functions don't specify expected arguments"),
    ],
)
def test_functions_without_their_arguments(value: Any, text: str) -> None:
    with pytest.raises(ApiError, match=text):
        read(json.dumps({"Resources": {"VPC": VPC, "S": subnet(VpcId=value)}}), "eu-west-1")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::If", "Type", "Properties", "DependsOn"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from(["Parameters", "Conditions", "Outputs", "Mappings", "Metadata"]), anything, anything)
def test_whatever_is_written_is_read_or_refused(section: str, content: Any, resource: Any) -> None:
    for document in (
        {"Resources": {"A": VPC, "B": resource}, section: content},
        {"Resources": {"A": VPC, "B": {**VPC, "Properties": resource, "DependsOn": content}}},
        {"Resources": {"A": VPC}, section: {"X": content}},
    ):
        try:
            template = read(json.dumps(document), "eu-west-1")
        except ApiError:
            continue
        assert template.capabilities == ([], None)


def check(kind: str, properties: dict[str, Any]) -> list[str]:
    known = schema(kind, "eu-west-1")
    assert known is not None
    return list(violations(coerce(properties, known, known), known, known))


@pytest.mark.parametrize(
    ("kind", "properties", "lines"),
    [
        ("AWS::EC2::Route", {}, ["#: required key [RouteTableId] not found"]),
        (
            "AWS::EC2::VPC",
            {"CidrBlock": "10.0.0.0/16", "Tags": [{"Key": "a", "Valeu": "b"}]},
            ["#/Tags/0: required key [Value] not found", "#/Tags/0: extraneous key [Valeu] is not permitted"],
        ),
        (
            "AWS::EC2::Subnet",
            {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": "maybe"},
            ["#/MapPublicIpOnLaunch: expected type: Boolean, found: String"],
        ),
        (
            "AWS::EC2::VPC",
            {"CidrBlock": ["10.0.0.0/16"]},
            ["#/CidrBlock: expected type: String, found: JSONArray"],
        ),
        (
            "AWS::Route53::RecordSet",
            {"Name": "a.", "Type": "A", "Failover": "THIRD", "HostedZoneId": "Z"},
            ["#/Failover: failed validation constraint for keyword [enum]"],
        ),
    ],
)
def test_properties_are_refused_in_aws_words(kind: str, properties: dict[str, Any], lines: list[str]) -> None:
    assert check(kind, properties) == lines


def test_scalars_are_converted_as_aws_does() -> None:
    known = schema("AWS::EC2::SecurityGroupIngress", "eu-west-1")
    assert known is not None
    given = {"IpProtocol": 6, "FromPort": "443", "ToPort": 443, "GroupId": "sg-1", "CidrIp": "0.0.0.0/0"}
    assert coerce(given, known, known) == {**given, "IpProtocol": "6", "FromPort": 443}
    assert (
        check("AWS::EC2::Subnet", {"VpcId": "v", "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": "true"})
        == []
    )
