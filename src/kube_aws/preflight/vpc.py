"""An existing VPC."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from kube_aws.aws.errors import code
from kube_aws.finding import Finding
from kube_aws.preflight.given import Given


def check(given: Given) -> Iterator[Finding]:
    """It exists, has the CIDR of cluster.yaml, and answers DNS: the private zone needs both settings.

    Source: Route 53, "Considerations when working with a private hosted zone".
    """
    vpc_id = given.cluster.vpc_id
    if vpc_id is None:
        return
    try:
        (vpc,) = given.aws.ask("ec2", "describe_vpcs", VpcIds=[vpc_id])["Vpcs"]
    except ClientError as error:
        if code(error) != "InvalidVpcID.NotFound":
            raise
        yield given.error("vpc-missing", "vpcId", f"there is no VPC {vpc_id} in {given.cluster.region}")
        return
    blocks = [block["CidrBlock"] for block in vpc.get("CidrBlockAssociationSet", [])] or [vpc["CidrBlock"]]
    if str(given.cluster.vpc_cidr) not in blocks:
        yield given.error(
            "vpc-cidr",
            "vpcCIDR",
            f"{vpc_id} has {', '.join(blocks)}, not {given.cluster.vpc_cidr}",
            f"Set vpcCIDR: {blocks[0]}, and instanceCIDR inside it.",
        )
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        answer = given.aws.ask("ec2", "describe_vpc_attribute", VpcId=vpc_id, Attribute=attribute)
        name = attribute[0].upper() + attribute[1:]
        if not answer[name]["Value"]:
            flag = {"EnableDnsSupport": "enable-dns-support", "EnableDnsHostnames": "enable-dns-hostnames"}[
                name
            ]
            yield given.error(
                "vpc-dns",
                "vpcId",
                f"{attribute} is off in {vpc_id}, so nodes could not find the API by its private name",
                f"aws ec2 modify-vpc-attribute --vpc-id {vpc_id} --{flag}",
            )
