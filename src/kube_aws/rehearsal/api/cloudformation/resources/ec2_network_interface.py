"""AWS::EC2::NetworkInterface."""

from typing import Any

from kube_aws.rehearsal.api.cloudformation.missing import missing_is_fine
from kube_aws.rehearsal.api.cloudformation.work import Work

Properties = dict[str, Any]

_GIVEN = (
    "SubnetId",
    "Description",
    "PrivateIpAddress",
    "PrivateIpAddresses",
    "SecondaryPrivateIpAddressCount",
    "InterfaceType",
    "Ipv6AddressCount",
)


def create(work: Work, properties: Properties) -> str:
    """Create the interface."""
    given = {name: properties[name] for name in _GIVEN if name in properties}
    if "GroupSet" in properties:
        given["Groups"] = properties["GroupSet"]
    answer = work.client("ec2").create_network_interface(
        **given, TagSpecifications=work.tag_specifications("network-interface", properties.get("Tags", ()))
    )
    return str(answer["NetworkInterface"]["NetworkInterfaceId"])


def settle(work: Work, physical_id: str, properties: Properties) -> None:
    """Set what CreateNetworkInterface does not take."""
    if "SourceDestCheck" in properties:
        work.client("ec2").modify_network_interface_attribute(
            NetworkInterfaceId=physical_id, SourceDestCheck={"Value": properties["SourceDestCheck"]}
        )


def attributes(work: Work, physical_id: str, properties: Properties) -> Properties:
    """Return what Fn::GetAtt gives."""
    (interface,) = work.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[physical_id])[
        "NetworkInterfaces"
    ]
    addresses = [address for address in interface["PrivateIpAddresses"] if not address["Primary"]]
    return {
        "Id": physical_id,
        "PrimaryPrivateIpAddress": interface["PrivateIpAddress"],
        "SecondaryPrivateIpAddresses": [address["PrivateIpAddress"] for address in addresses],
        "VpcId": interface["VpcId"],
    }


def find(work: Work, properties: Properties) -> str | None:
    """Return the interface that an interrupted creation made."""
    found = work.client("ec2").describe_network_interfaces(Filters=work.own)["NetworkInterfaces"]
    return found[0]["NetworkInterfaceId"] if found else None


def delete(work: Work, physical_id: str, properties: Properties) -> None:
    """Delete the interface."""
    with missing_is_fine():
        work.client("ec2").delete_network_interface(NetworkInterfaceId=physical_id)
