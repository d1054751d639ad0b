"""What the embedded AWS allows and refuses, seen by its callers."""

import json
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.embedded_aws import Account, EmbeddedAws, Identity

IMAGE = "ami-" + sha256(b"stable/eu-west-1/amd64").hexdigest()[:17]
KEY = "arn:aws:kms:eu-west-1:{}:key/6d9f59dc-e5c1-441d-8743-4d55c7cd1701"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Resource": "*"} | s for s in statements],
    }


def trusting(**principal: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@pytest.fixture
def account(embedded_aws: EmbeddedAws) -> Account:
    account = embedded_aws.account()
    account.server.ask("world", account=account.id, region="eu-west-1", key_arn=KEY.format(account.id))
    return account


def refused(call: Any, **given: Any) -> dict[str, str]:
    with pytest.raises(ClientError) as error:
        call(**given)
    answer: dict[str, str] = error.value.response["Error"]
    return {"Code": answer["Code"], "Message": answer["Message"]}


@pytest.mark.parametrize(("service", "call", "action", "code"), [
    ("ec2", "describe_vpcs", "ec2:DescribeVpcs", "UnauthorizedOperation"),
    ("iam", "list_users", "iam:ListUsers", "AccessDenied"),
    ("kms", "list_keys", "kms:ListKeys", "AccessDeniedException"),
    ("route53", "list_hosted_zones", "route53:ListHostedZones", "AccessDenied"),
    ("cloudformation", "describe_stacks", "cloudformation:DescribeStacks", "AccessDenied"),
    ("elb", "describe_load_balancers", "elasticloadbalancing:DescribeLoadBalancers", "AccessDenied"),
    ("dlm", "get_lifecycle_policies", "dlm:GetLifecyclePolicies", "AccessDeniedException"),
])  # fmt: skip
def test_who_has_no_policy_may_do_nothing(
    account: Account, service: str, call: str, action: str, code: str
) -> None:
    nobody = account.user("nobody")
    answer = refused(getattr(account.client(service, nobody), call))
    assert answer["Code"] == code
    user = f"User: arn:aws:iam::{account.id}:user/nobody"
    reason = f"because no identity-based policy allows the {action} action"
    assert answer["Message"].endswith(f"{user} is not authorized to perform: {action} {reason}")


def test_who_one_is_may_always_be_asked(account: Account) -> None:
    assert account.client("sts", account.user("nobody")).get_caller_identity()["Account"] == account.id


def test_a_refusal_names_the_resource(account: Account) -> None:
    ec2 = account.client("ec2", account.user("someone", policy({"Action": "ec2:Describe*"})))
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    answer = refused(ec2.delete_vpc, VpcId=vpc)
    assert answer["Message"] == (
        "You are not authorized to perform this operation. "
        f"User: arn:aws:iam::{account.id}:user/someone is not authorized to perform: ec2:DeleteVpc "
        f"on resource: arn:aws:ec2:eu-west-1:{account.id}:vpc/{vpc} "
        "because no identity-based policy allows the ec2:DeleteVpc action"
    )


def test_an_explicit_deny_is_told(account: Account) -> None:
    someone = account.user("someone", policy({"Action": "*"}, {"Effect": "Deny", "Action": "ec2:*"}))
    answer = refused(account.client("ec2", someone).describe_vpcs)
    assert answer["Message"].endswith("with an explicit deny in an identity-based policy")


def test_tagging_at_creation_needs_a_permission_of_its_own(account: Account) -> None:
    tagged = {"StringEquals": {"aws:RequestTag/team": "a"}}
    creating = {"StringEquals": {"ec2:CreateAction": "CreateVolume"}}
    creator = account.user("creator", policy({"Action": "ec2:CreateVolume", "Condition": tagged}))
    tagger = account.user(
        "tagger", policy({"Action": "ec2:CreateVolume"}, {"Action": "ec2:CreateTags", "Condition": creating})
    )
    given = {"AvailabilityZone": "eu-west-1a", "Size": 1}
    tags = [{"ResourceType": "volume", "Tags": [{"Key": "team", "Value": "a"}]}]
    assert refused(account.client("ec2", creator).create_volume, **given)["Code"] == "UnauthorizedOperation"
    answer = refused(account.client("ec2", creator).create_volume, **given, TagSpecifications=tags)
    assert "ec2:CreateTags" in answer["Message"]
    volume = account.client("ec2", tagger).create_volume(**given, TagSpecifications=tags)["VolumeId"]
    later = [{"Key": "team", "Value": "b"}]
    assert refused(account.client("ec2", tagger).create_tags, Resources=[volume], Tags=later)


def test_a_role_is_passed_only_where_that_is_allowed(account: Account) -> None:
    instance = node(account, "controller")
    profile = account.client("ec2").describe_instances(InstanceIds=[instance])["Reservations"][0][
        "Instances"
    ][0]["IamInstanceProfile"]["Arn"]
    launcher = account.user("launcher", policy({"Action": "ec2:*"}))
    answer = refused(account.client("ec2", launcher).run_instances, ImageId=IMAGE, InstanceType="t3.micro",
                     MinCount=1, MaxCount=1, IamInstanceProfile={"Arn": profile})  # fmt: skip
    assert "iam:PassRole" in answer["Message"]


def node(account: Account, role: str, boundary: str = "") -> str:
    """An instance with the rights of a cluster's node."""
    iam = account.client("iam")
    trust = trusting(Service="ec2.amazonaws.com")
    limits = {"PermissionsBoundary": boundary} if boundary else {}
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust), **limits)
    rights = policy(
        {"Action": "kms:Decrypt", "Resource": KEY.format(account.id), "Condition": {"StringEquals": {
            "kms:EncryptionContext:kube-aws:cluster": "c", "kms:EncryptionContext:kube-aws:role": role}}},
        {"Action": "ec2:CreateTags", "Resource": "arn:aws:ec2:*:*:instance/*", "Condition": {
            "ArnEquals": {"ec2:SourceInstanceARN": "arn:*:ec2:*:*:instance/${ec2:InstanceID}"},
            "ForAllValues:StringEquals": {"aws:TagKeys": "kube-aws:boot"}}},
    )  # fmt: skip
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=json.dumps(rights))
    iam.create_instance_profile(InstanceProfileName=role)
    iam.add_role_to_instance_profile(InstanceProfileName=role, RoleName=role)
    launched = account.client("ec2").run_instances(
        ImageId=IMAGE, InstanceType="t3.micro", MinCount=1, MaxCount=1, IamInstanceProfile={"Name": role}
    )
    instance_id: str = launched["Instances"][0]["InstanceId"]
    return instance_id


def sealed(account: Account, role: str) -> tuple[bytes, dict[str, str]]:
    context = {"kube-aws:cluster": "c", "kube-aws:role": role}
    kms = account.client("kms")
    given = {"KeyId": KEY.format(account.id), "EncryptionContext": context}
    return kms.encrypt(Plaintext=b"keys", **given)["CiphertextBlob"], context


def test_a_worker_cannot_open_what_is_the_controllers(account: Account) -> None:
    worker = account.client("kms", account.instance(node(account, "worker")))
    controller = account.client("kms", account.instance(node(account, "controller")))
    blob, context = sealed(account, "controller")
    assert controller.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"keys"
    answer = refused(worker.decrypt, CiphertextBlob=blob, EncryptionContext=context)
    assert answer["Code"] == "AccessDeniedException"
    assert "because no identity-based policy allows the kms:Decrypt action" in answer["Message"]
    # Claiming to be after its own secrets does not help: the context is part of the ciphertext.
    own = context | {"kube-aws:role": "worker"}
    lied = refused(worker.decrypt, CiphertextBlob=blob, EncryptionContext=own)
    assert lied["Code"] == "InvalidCiphertextException"


def test_encryption_contexts_are_exact(account: Account) -> None:
    kms = account.client("kms")
    key = KEY.format(account.id)
    blob = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"ab": "c"})["CiphertextBlob"]
    for other in ({"a": "bc"}, {"ab": "C"}, {}):
        answer = refused(kms.decrypt, CiphertextBlob=blob, EncryptionContext=other)
        assert answer["Code"] == "InvalidCiphertextException"


def test_a_node_tags_itself_and_nothing_else(account: Account) -> None:
    own, other = node(account, "controller"), node(account, "worker")
    ec2 = account.client("ec2", account.instance(own))
    boot = [{"Key": "kube-aws:boot", "Value": "1/7 identity"}]
    ec2.create_tags(Resources=[own], Tags=boot)
    name = [*boot, {"Key": "Name", "Value": "x"}]
    assert refused(ec2.create_tags, Resources=[own], Tags=name)["Code"] == "UnauthorizedOperation"
    assert refused(ec2.create_tags, Resources=[other], Tags=boot)["Code"] == "UnauthorizedOperation"
    assert refused(ec2.create_tags, Resources=[own, other], Tags=boot)["Code"] == "UnauthorizedOperation"


def test_a_node_is_a_session_of_its_role(account: Account) -> None:
    instance = node(account, "worker")
    who = account.client("sts", account.instance(instance)).get_caller_identity()
    assert who["Arn"] == f"arn:aws:sts::{account.id}:assumed-role/worker/{instance}"
    assert who["UserId"].endswith(f":{instance}")
    stolen = account.instance(instance)
    without_token = Identity(stolen.access_key_id, stolen.secret_access_key)
    assert refused(account.client("ec2", without_token).describe_vpcs)["Code"] == "AuthFailure"


def test_a_boundary_limits_a_role(account: Account) -> None:
    limit = account.client("iam").create_policy(
        PolicyName="limit", PolicyDocument=json.dumps(policy({"Action": "kms:*"}))
    )["Policy"]["Arn"]
    instance = node(account, "worker", limit)
    identity = account.instance(instance)
    blob, context = sealed(account, "worker")
    kms = account.client("kms", identity)
    assert kms.decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"] == b"keys"
    boot = [{"Key": "kube-aws:boot", "Value": "1"}]
    answer = refused(account.client("ec2", identity).create_tags, Resources=[instance], Tags=boot)
    assert answer["Message"].endswith("because no permissions boundary allows the ec2:CreateTags action")


def test_a_key_policy_that_does_not_trust_the_account_denies(account: Account) -> None:
    key = KEY.format(account.id)
    controller = account.instance(node(account, "controller"))
    blob, context = sealed(account, "controller")
    only = f"arn:aws:iam::{account.id}:user/operator"
    strict = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": only}, "Action": "kms:*", "Resource": "*"}]}  # fmt: skip
    account.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(strict))
    kms = account.client("kms", controller)
    answer = refused(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context)
    assert "no resource-based policies allow access" in answer["Message"]
    answer = refused(kms.decrypt, CiphertextBlob=blob, EncryptionContext=context, KeyId=key)
    assert answer["Message"].endswith("because no resource-based policy allows the kms:Decrypt action")
    assert account.client("kms").decrypt(CiphertextBlob=blob, EncryptionContext=context)["Plaintext"]


def test_a_role_is_assumed_by_whom_it_trusts(account: Account) -> None:
    trust = trusting(AWS=f"arn:aws:iam::{account.id}:root")
    role = account.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(trust))["Role"]
    given = {"RoleArn": role["Arn"], "RoleSessionName": "session"}
    assert account.client("sts").assume_role(**given)["Credentials"]
    assert (
        refused(account.client("sts", account.user("nobody")).assume_role, **given)["Code"] == "AccessDenied"
    )


def test_conditions_know_what_a_batch_does_to_records(account: Account) -> None:
    """Names without their final dot, in small letters, others' escaped; every change of the batch counts."""
    account.server.ask("world", account=account.id, region="eu-west-1", hosted_zone="example.com")
    keys = "route53:ChangeResourceRecordSets"
    names = {f"{keys}NormalizedRecordNames": ["*.example.com"]}
    types = {f"{keys}RecordTypes": ["A", "TXT"], f"{keys}Actions": ["CREATE", "DELETE"]}
    api = {f"{keys}NormalizedRecordNames": ["k8s.example.com", "\\052.example.com"]}
    own = {"ForAllValues:StringLike": names, "ForAllValues:StringEquals": types}
    route53 = account.client(
        "route53",
        account.user(
            "someone",
            policy(
                {"Action": ["route53:ListHostedZones", "route53:ChangeResourceRecordSets"], "Condition": own},
                {"Effect": "Deny", "Action": "*", "Condition": {"ForAnyValue:StringEquals": api}},
            ),
        ),
    )
    zone = route53.list_hosted_zones()["HostedZones"][0]["Id"]

    def batch(*names: str, action: str = "CREATE", kind: str = "A") -> dict[str, Any]:
        values = [{"Value": "192.0.2.1"}]
        records = [{"Name": name, "Type": kind, "TTL": 60, "ResourceRecords": values} for name in names]
        changes = [{"Action": action, "ResourceRecordSet": record} for record in records]
        return {"HostedZoneId": zone, "ChangeBatch": {"Changes": changes}}

    route53.change_resource_record_sets(**batch("Shop.example.com.", "a.b.example.com"))
    route53.change_resource_record_sets(**batch("shop.example.com", action="DELETE"))
    change = route53.change_resource_record_sets
    reason = "because no identity-based policy allows the route53:ChangeResourceRecordSets action"
    assert refused(change, **batch("shop.example.org"))["Message"].endswith(reason)
    assert refused(change, **batch("new.example.com", "example.com"))["Message"].endswith(reason)
    assert refused(change, **batch("a.b.example.com", action="UPSERT"))["Message"].endswith(reason)
    assert refused(change, **batch("mail.example.com", kind="MX"))["Message"].endswith(reason)
    for name in ("K8s.example.com.", "*.example.com", "\\052.example.com"):
        told = refused(change, **batch("new.example.com", name))["Message"]
        assert told.endswith("with an explicit deny in an identity-based policy")


def test_a_policy_that_cannot_be_judged_is_an_error(account: Account) -> None:
    unknown = {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
    someone = account.user("someone", policy({"Action": "*", "Condition": unknown}))
    answer = refused(account.client("ec2", someone).describe_vpcs)
    assert answer["Code"] == "NotImplemented"
    assert "aws:MultiFactorAuthAge" in answer["Message"]
