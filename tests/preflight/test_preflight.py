"""Each preflight check against an account in which exactly its thing is wrong."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.loaders import create_loader
from tests.embedded_aws import Account, EmbeddedAws

from kube_aws.aws.identity import identity
from kube_aws.aws.questions import Questions
from kube_aws.cluster.load import load
from kube_aws.finding import Finding
from kube_aws.operations.preflight import preflight
from kube_aws.preflight.given import Given
from kube_aws.preflight.kms_key import delegates_to_iam
from kube_aws.preflight.machine_image import age
from kube_aws.release.lock import Lock, MachineImage

KEY_ID = "6d9f59dc-e5c1-441d-8743-4d55c7cd1701"
AMI = "ami-" + sha256(b"alpha/eu-west-1/amd64").hexdigest()[:17]
IMAGE = MachineImage(
    id=AMI, name="Flatcar-alpha-4790.0.0-hvm", owner="075585003325", created="2026-11-02T00:00:00.000Z"
)
YAML = """\
clusterName: particule
externalDNSName: k8s.particule.io
releaseChannel: alpha
createRecordSet: true
hostedZone: particule.io
keyName: klefevre-sorrow
region: eu-west-1
availabilityZone: eu-west-1a
kmsKeyArn: arn:aws:kms:eu-west-1:{account}:key/{key}
controllerInstanceType: t2.medium
workerCount: 2
workerInstanceType: t2.small
"""


LOADER = create_loader()
"""botocore's descriptions of the services, read once for all sessions."""


def session_of(account: Account) -> boto3.Session:
    """The operator's session."""
    core = botocore.session.Session()
    core.register_component("data_loader", LOADER)
    core.set_credentials(account.operator.access_key_id, account.operator.secret_access_key)
    return boto3.Session(botocore_session=core, region_name="eu-west-1")


@dataclass(frozen=True)
class Place:
    """An account with what a cluster needs, and the cluster.yaml that names it."""

    account: Account
    yaml: str

    def findings(self, *more: str, image: MachineImage = IMAGE, **instead: str) -> list[Finding]:
        lines = [
            f"{key}: {instead[key]}" if (key := line.split(":")[0]) in instead else line
            for line in self.yaml.splitlines()
        ]
        source = "\n".join([*lines, *more, ""]).encode()
        cluster, problems = load(source, "cluster.yaml")
        assert cluster is not None, problems
        session = session_of(self.account)
        lock = Lock(machine_images={"alpha/eu-west-1/amd64": image})
        now = datetime(2026, 11, 23, tzinfo=UTC)
        return preflight(Given(cluster, source, lock, identity(session), now, Questions(session)))

    def ids(self, *more: str, **instead: str) -> list[str]:
        return [finding.id for finding in self.findings(*more, **instead)]


@pytest.fixture
def place(embedded_aws: EmbeddedAws, monkeypatch: pytest.MonkeyPatch) -> Place:
    number = "303293004898"
    monkeypatch.setenv("AWS_ENDPOINT_URL", embedded_aws.endpoint)
    account = embedded_aws.account(
        number,
        key_arn=f"arn:aws:kms:eu-west-1:{number}:key/{KEY_ID}",
        key_pair="klefevre-sorrow",
        hosted_zone="particule.io",
    )
    return Place(account, YAML.format(account=number, key=KEY_ID))


def test_nothing_to_say_where_all_is_well(place: Place):
    assert place.findings() == []


def test_the_key_pair_is_named_with_its_line_and_the_nearest_one(place: Place):
    (found,) = place.findings(keyName="klefevre-sorow")
    assert (found.id, found.place.line, found.place.column) == ("key-pair-missing", 6, 10)
    assert "did you mean klefevre-sorrow?" in found.what


def test_a_disabled_key(place: Place):
    place.account.client("kms").disable_key(KeyId=KEY_ID)
    assert place.ids() == ["kms-key-state"]


def test_a_key_that_is_not_there(place: Place):
    arn = f"arn:aws:kms:eu-west-1:{place.account.id}:key/00000000-e5c1-441d-8743-4d55c7cd1701"
    assert place.ids(kmsKeyArn=arn) == ["kms-key-missing"]


def test_a_key_for_signing(place: Place):
    made = place.account.client("kms").create_key(KeyUsage="SIGN_VERIFY", KeySpec="RSA_2048")
    assert place.ids(kmsKeyArn=made["KeyMetadata"]["Arn"]) == ["kms-key-kind"]


def test_a_key_policy_that_does_not_let_iam_decide(place: Place):
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{place.account.id}:user/operator"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    place.account.client("kms").put_key_policy(KeyId=KEY_ID, PolicyName="default", Policy=json.dumps(policy))
    (found,) = place.findings()
    assert found.id == "kms-key-policy"
    assert f"arn:aws:iam::{place.account.id}:root" in found.next_step


@pytest.mark.parametrize(
    ("statement", "delegates"),
    [
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:*"}, True),
        ({"Principal": {"AWS": ["2", "1"]}, "Action": ["kms:Encrypt", "kms:Decrypt"]}, True),
        ({"Principal": "*", "Action": "kms:*"}, True),
        ({"Principal": {"AWS": "arn:aws:iam::2:root"}, "Action": "kms:*"}, False),
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}, "Action": "kms:Encrypt"}, False),
        ({"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "kms:*"}, False),
        ({"Principal": {"AWS": "1"}, "Action": "kms:*", "Condition": {"Bool": {}}}, False),
        ({"Effect": "Deny", "Principal": {"AWS": "1"}, "Action": "kms:*"}, False),
    ],
)
def test_which_key_policies_let_iam_decide(statement: dict[str, Any], delegates: bool):
    assert delegates_to_iam({"Statement": {"Effect": "Allow", **statement}}, "1") == delegates


def test_a_zone_that_is_not_there_a_private_one_and_two_of_a_name(place: Place):
    route53 = place.account.client("route53")
    route53.create_hosted_zone(Name="particule.io", CallerReference="second")
    assert place.ids() == ["hosted-zone-ambiguous"]
    assert place.ids(hostedZone="example.org", externalDNSName="k8s.example.org") == ["hosted-zone-missing"]
    services = {"hostedZone": "example.org", "createRecordSet": "false"}
    assert place.ids(**services) == ["hosted-zone-missing"]
    assert place.ids("addons: {external-dns: {enabled: false}}", **services) == []


def test_a_record_that_is_taken(place: Place):
    route53 = place.account.client("route53")
    (zone,) = route53.list_hosted_zones()["HostedZones"]
    record = {"Name": "k8s.particule.io", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone["Id"],
        ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]},
    )
    (found,) = place.findings()
    assert found.id == "record-taken"
    assert "A 192.0.2.1" in found.what
    assert place.ids(externalDNSName="other.particule.io") == []


def test_a_zone_of_another_region_s_letters(place: Place):
    (found,) = [item for item in place.findings(availabilityZone="eu-west-1f") if "zone" in item.id]
    assert found.id == "zone-missing"
    assert "eu-west-1a, eu-west-1b" in found.next_step


def test_a_type_that_is_not_offered(place: Place):
    (found,) = place.findings(workerInstanceType="t2.gigantic")
    assert (found.id, found.place.line) == ("instance-type-not-offered", 12)


def test_an_image_that_is_gone_and_one_of_somebody_else(place: Place):
    gone = IMAGE.model_copy(update={"id": "ami-00000000000000000"})
    assert [item.id for item in place.findings(image=gone)] == ["machine-image-missing"]
    foreign = IMAGE.model_copy(update={"owner": "000000000000"})
    assert [item.id for item in place.findings(image=foreign)] == ["machine-image-owner"]


@pytest.mark.parametrize(
    ("days", "told"),
    [(179, None), (180, "in about 90 days"), (229, "in about 41 days"), (300, "any day")],
)
def test_an_image_s_age_is_told_from_six_months_on(days: int, told: str | None):
    made = datetime.fromisoformat(IMAGE.created)
    found = list(age(IMAGE, made + timedelta(days=days)))
    assert [told in item.what for item in found] == ([True] if told else [])


def test_an_existing_vpc_that_is_as_it_should_be(place: Place):
    vpc, table = _network(place, "10.0.0.0/16")
    assert place.ids(f"vpcId: {vpc}", f"routeTableId: {table}") == []


def test_an_existing_vpc_with_everything_wrong(place: Place):
    ec2 = place.account.client("ec2")
    vpc, table = _network(place, "10.9.0.0/16")
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.0.0/24")
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    found = place.ids(
        f"vpcId: {vpc}",
        f"routeTableId: {table}",
        "vpcCIDR: 10.9.0.0/17",
        "instanceCIDR: 10.9.0.0/20",
        "controllerIP: 10.9.0.50",
    )
    assert found == ["vpc-cidr", "vpc-dns", "subnet-overlap", "default-route-missing"]


def test_a_vpc_and_a_route_table_that_are_not_there(place: Place):
    assert place.ids("vpcId: vpc-00000000", "routeTableId: rtb-00000000") == [
        "vpc-missing",
        "route-table-missing",
    ]


def test_a_route_table_of_another_vpc_and_one_that_leads_to_no_gateway(place: Place):
    ec2 = place.account.client("ec2")
    vpc, _ = _network(place, "10.0.0.0/16")
    _, other = _network(place, "10.0.0.0/16")
    assert place.ids(f"vpcId: {vpc}", f"routeTableId: {other}") == ["route-table-vpc"]
    (main,) = ec2.describe_route_tables(
        Filters=[{"Name": "vpc-id", "Values": [vpc]}, {"Name": "association.main", "Values": ["true"]}]
    )["RouteTables"]
    assert place.ids(f"vpcId: {vpc}") == ["default-route-missing"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    interface = ec2.create_network_interface(SubnetId=subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.create_route(
        RouteTableId=main["RouteTableId"],
        DestinationCidrBlock="0.0.0.0/0",
        NetworkInterfaceId=interface,
    )
    assert place.ids(f"vpcId: {vpc}") == ["default-route-private"]


def test_a_type_that_the_free_plan_refuses(place: Place, embedded_aws: EmbeddedAws):
    poor = embedded_aws.account(key_pair="klefevre-sorrow", hosted_zone="particule.io")
    embedded_aws.server.ask("free_plan", account=poor.id)
    found = replace(place, account=poor).findings(workerInstanceType="t3.micro")
    refused = [finding for finding in found if finding.id == "free-plan"]
    assert [finding.place.line for finding in refused] == [10]
    assert "free-tier-eligible" in refused[0].next_step


@pytest.mark.parametrize(
    ("code", "value", "lines", "found"),
    [
        ("L-1216C47A", 3.0, (), "quota-vcpus"),
        ("L-34B43A08", 1.0, ('workerSpotPrice: "0.05"',), "quota-vcpus"),
        ("L-0263D0A3", 0.0, (), "quota-addresses"),
        ("L-F678F1CE", 1.0, (), "quota-vpcs"),
        ("L-E9E9831D", 0.0, (), "quota-load-balancers"),
    ],
)
def test_quotas(place: Place, code: str, value: float, lines: tuple[str, ...], found: str):
    place.account.server.ask("quota", account=place.account.id, code=code, value=value)
    assert place.ids(*lines) == [found]
    place.account.server.ask("quota", account=place.account.id, code=code, value=99.0)
    assert place.ids(*lines) == []


def test_what_runs_already_counts(place: Place):
    ec2 = place.account.client("ec2")
    vpc, _ = _network(place, "10.0.0.0/16")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    ec2.run_instances(ImageId=AMI, InstanceType="m5.2xlarge", SubnetId=subnet, MinCount=2, MaxCount=2)
    (found,) = place.findings()
    assert found.id == "quota-vcpus"
    assert "needs 4 on-demand vCPUs; 16 of the account's 16 are in use" in found.what


def test_a_check_that_the_caller_may_not_make_is_a_warning(place: Place):
    everything_else = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": ["ec2:DescribeKeyPairs", "kms:GetKeyPolicy"], "Resource": "*"},
        ],
    }
    limited = place.account.user("limited", everything_else)
    (unread, policy) = replace(place, account=replace(place.account, operator=limited)).findings()
    assert (unread.severity, unread.id) == ("warning", "not-checked")
    assert "user/limited may not call DescribeKeyPairs" in unread.what
    assert (policy.severity, policy.id) == ("warning", "kms-key-policy-unread")


def test_each_call_is_made_once_whoever_asks(place: Place):
    calls: list[str] = []
    session = session_of(place.account)
    session.events.register("before-call.*.*", lambda model, **_: calls.append(model.name))
    source = place.yaml.encode()
    cluster, _ = load(source, "cluster.yaml")
    assert cluster is not None
    lock = Lock(machine_images={"alpha/eu-west-1/amd64": IMAGE})
    preflight(Given(cluster, source, lock, identity(session), datetime.now(UTC), Questions(session)))
    read_only = [name for name in calls if name != "GetServiceQuota"]
    assert len(read_only) == len(set(read_only))


def _network(place: Place, cidr: str) -> tuple[str, str]:
    """A VPC with a route table that leads to the internet."""
    ec2 = place.account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(VpcId=vpc, InternetGatewayId=gateway)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    return vpc, table
