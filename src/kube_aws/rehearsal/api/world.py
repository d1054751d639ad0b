"""What exists in a new account: its operator, and the things that a cluster.yaml names.

Each function makes its thing exist and changes nothing where it does already, so that a rehearsal can be
started again. Keys, key pairs and networks get the very ids that cluster.yaml has.
"""

import secrets
from ipaddress import IPv4Network
from typing import Any

from moto.ec2.models import ec2_backends
from moto.iam.models import iam_backends
from moto.kms.models import kms_backends
from moto.route53.models import route53_backends

from kube_aws.rehearsal.api.credentials import Credentials
from kube_aws.rehearsal.api.error import ApiError

OPERATOR = "operator"


def operator(account: str, partition: str = "aws") -> Credentials:
    """The IAM user `operator` with AdministratorAccess, in an account with an alias."""
    iam = iam_backends[account][partition]
    if OPERATOR not in iam.users:
        iam.create_account_alias("rehearsal")
        iam.create_user("aws-global", OPERATOR)
        iam.attach_user_policy(f"arn:{partition}:iam::aws:policy/AdministratorAccess", OPERATOR)
        iam.create_access_key(OPERATOR).secret_access_key = secrets.token_urlsafe(30)
    keys = iam.users[OPERATOR].access_keys
    if not keys:
        raise ApiError("NoSuchEntity", f"The user {OPERATOR} has no access key any more.", 404)
    return Credentials(keys[0].access_key_id, keys[0].secret_access_key)


def key(arn: str) -> None:
    """A symmetric KMS key with exactly this ARN, and the key policy that delegates to IAM."""
    _, partition, _, region, account, resource = arn.split(":", 5)
    kms = kms_backends[account][region]
    key_id = resource.removeprefix("key/")
    if key_id in kms.keys:
        return
    made: Any = kms.create_key(None, "ENCRYPT_DECRYPT", "SYMMETRIC_DEFAULT", "made for the rehearsal", None)
    del kms.keys[made.id]
    made.id = key_id
    made.arn = f"arn:{partition}:kms:{region}:{account}:key/{key_id}"
    kms.keys[key_id] = made


def key_pair(account: str, region: str, name: str) -> None:
    """An EC2 key pair of this name; nobody keeps its private half."""
    ec2 = ec2_backends[account][region]
    if name not in ec2.key_pairs:
        ec2.create_key_pair(name, "ed25519", {})


def hosted_zone(account: str, name: str, partition: str = "aws") -> None:
    """A public hosted zone of this name (without the dot at its end)."""
    route53 = route53_backends[account][partition]
    wanted = name.rstrip(".") + "."
    if not any(zone.name == wanted and not zone.private_zone for zone in route53.zones.values()):
        route53.create_hosted_zone(wanted, private_zone=False)


def network(account: str, region: str, vpc_id: str, cidr: IPv4Network, route_table_id: str | None) -> None:
    """A VPC as cluster.yaml names it: DNS names on, and a route to the internet in its route table.

    Without `route_table_id` the main route table has the route.
    """
    ec2: Any = ec2_backends[account][region]
    if vpc_id in ec2.vpcs:
        return
    made = ec2.create_vpc(str(cidr))
    _rename_vpc(ec2, made, vpc_id)
    made.enable_dns_hostnames = True
    gateway = ec2.create_internet_gateway()
    ec2.attach_internet_gateway(gateway.id, vpc_id)
    if route_table_id:
        table = ec2.create_route_table(vpc_id)
        del ec2.route_tables[table.id]
        table.id = route_table_id
        ec2.route_tables[route_table_id] = table
    else:
        table = ec2.get_main_route_table(vpc_id)
    ec2.create_route(table.id, "0.0.0.0/0", gateway_id=gateway.id)


def _rename_vpc(ec2: Any, vpc: Any, vpc_id: str) -> None:
    """Give a new VPC, and what moto made along with it, another id."""
    former = vpc.id
    vpc.id = vpc_id
    ec2.vpcs[vpc_id] = ec2.vpcs.pop(former)
    ec2.groups[vpc_id] = ec2.groups.pop(former)
    for group in ec2.groups[vpc_id].values():
        group.vpc_id = vpc_id
    for attached in [*ec2.route_tables.values(), *ec2.network_acls.values()]:
        if attached.vpc_id == former:
            attached.vpc_id = vpc_id
