"""The forms of single values in cluster.yaml: how a text is read, and what is wrong with it.

Each function returns the value or raises `ValueError(what is wrong, next step)`, where the first
continues a sentence that begins with the key and the value: "workerCount 0755 …".
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

KUBERNETES_MINORS = ("1.37", "1.36", "1.35")
"""The minors that this version installs, newest first."""

KUBERNETES = "v1.37.2"
"""What a cluster.yaml without kubernetesVersion gets."""

REGION = r"[a-z]{2,6}(-[a-z]+)+-\d"

_TRUE = ("true", "True", "TRUE")
_FALSE = ("false", "False", "FALSE")


def whole(value: object) -> object:
    """A whole number. Octal and hexadecimal are refused: YAML 1.1 and 1.2 read `0755` differently."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"-?(0|[1-9]\d{0,99})", value, re.ASCII):
        return int(value)
    if re.fullmatch(r"0[0-7]+", value):
        decimal, octal = int(value), int(value, 8)
        raise ValueError(
            "is octal to one YAML reader, decimal to another",
            f"Write {decimal}, or {octal} if octal is meant.",
        )
    if re.fullmatch(r"0o[0-7]{1,9}|0x[0-9a-fA-F]{1,9}", value):
        raise ValueError("is not a decimal number", f"Write {int(value, 0)}.")
    if re.fullmatch(r"\d{1,3}([_,' ]\d{3})+", value):
        raise ValueError("is not a whole number", f"Write {re.sub(r'[^0-9]', '', value)}.")
    raise ValueError("is not a whole number", "")


def boolean(value: object) -> object:
    """True or false. YAML 1.1 took yes, no, on and off too; YAML 1.2 reads them as texts."""
    if not isinstance(value, str):
        return value
    if value in (*_TRUE, *_FALSE):
        return value in _TRUE
    lower = value.lower()
    if lower in ("yes", "on", "y", "no", "off", "n"):
        meant = "true" if lower in ("yes", "on", "y") else "false"
        raise ValueError("is a text in YAML 1.2, neither true nor false", f"Write {meant}.")
    raise ValueError("is neither true nor false", "")


def network(value: object) -> object:
    """An IPv4 network as 10.0.0.0/16."""
    if not isinstance(value, str):
        return value
    address, slash, prefix = value.partition("/")
    if ":" in value:
        raise ValueError("is no IPv4 network", "Only IPv4 is supported.")
    ip_address(address)
    if not slash:
        raise ValueError(
            "has no prefix length", f"A network looks like 10.0.0.0/16, one address alone like {address}/32."
        )
    if not re.fullmatch(r"\d|[12]\d|3[0-2]", prefix, re.ASCII):
        raise ValueError("has no prefix length from /0 to /32", "")
    exact = IPv4Network(value, strict=False)
    if str(exact) != value:
        raise ValueError("is an address inside a network, not the network", f"Write {exact}.")
    return exact


def ip_address(value: object) -> object:
    """An IPv4 address as 10.0.0.50."""
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"(\d+\.){3}\d+", value, re.ASCII) and re.search(r"(^|\.)0\d", value):
        plain = ".".join(part.lstrip("0") or "0" for part in value.split("."))
        raise ValueError("has a number with a leading zero", f"Write {plain}.")
    try:
        return IPv4Address(value)
    except AddressValueError:
        raise ValueError("is no IPv4 address", "An address looks like 10.0.0.50.") from None


def cluster_name(value: str) -> str:
    """The name is the stack's, a tag's value, and a label in `api.<name>.internal`.

    Sources: AWS, CreateStack, StackName; RFC 1123, 2.1.
    """
    if not re.fullmatch(r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?", value):
        raise ValueError(
            "is no name for a stack", "Letters, digits and hyphens; a letter first, no hyphen last."
        )
    if len(value) > 63:
        raise ValueError(f"has {len(value)} characters", "At most 63, as it becomes part of a DNS name.")
    if value.lower() in ("ec2", "compute", "compute-1"):
        raise ValueError(f"would hide AWS's own names behind api.{value}.internal", "Take another name.")
    return value


def dns_name(value: str) -> str:
    """A DNS name of two labels or more, without scheme, port or final dot. Source: RFC 1123, 2.1."""
    if scheme := re.match(r"[a-z]+://", value):
        raise ValueError("is a URL, not a DNS name", f"Write {value[scheme.end() :].rstrip('/')}.")
    if value.endswith(".") and len(value) > 1:
        raise ValueError("ends with a dot", f"Write {value.rstrip('.')}.")
    if re.fullmatch(r"[\d.]+", value):
        raise ValueError("is an address, not a DNS name", "")
    if ":" in value:
        raise ValueError("has a port", f"Write {value.partition(':')[0]}; the API listens on 443.")
    label = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
    if len(value) > 253 or not re.fullmatch(rf"{label}(\.{label})+", value):
        raise ValueError("is no DNS name", "A DNS name looks like k8s.example.com.")
    return value.lower()


def hosted_zone(value: str) -> str:
    """A DNS name, with or without the final dot that Route 53 shows; empty: none."""
    return dns_name(value.removesuffix(".")) if value else value


def zone(value: str) -> str:
    """An availability zone; the region's name alone is a frequent slip."""
    if re.fullmatch(REGION, value):
        raise ValueError("is a region, not a zone", f"Its first zone is {value}a.")
    if not re.fullmatch(f"{REGION}[a-z]", value):
        raise ValueError("is no availability zone", "A zone looks like eu-west-1a.")
    return value


def kms_key_arn(value: str) -> str:
    """The ARN of a key. An alias will not do: IAM policies cannot name one."""
    if re.fullmatch(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:alias/.+", value):
        alias = value.partition("alias/")[2]
        raise ValueError(
            "is an alias; node policies can name only the key itself",
            f"`aws kms describe-key --key-id alias/{alias}` shows its ARN.",
        )
    if not re.fullmatch(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/(mrk-)?[0-9a-f-]{32,36}", value):
        raise ValueError(
            "is no KMS key's ARN", "It looks like arn:aws:kms:eu-west-1:123456789012:key/6d9f59dc-e5c1-…"
        )
    return value


def kubernetes_version(value: str) -> str:
    """A version of Kubernetes that this program installs."""
    leave_out = "Leave the key out to get the newest."
    if "_coreos" in value:
        raise ValueError("is an image of CoreOS, which ended in 2020", leave_out)
    if not (match := re.fullmatch(r"v?(\d{1,4}\.\d{1,4})(\.\d{1,4})?", value, re.ASCII)):
        raise ValueError("is no released version", f"Write it as {KUBERNETES}.")
    if match[1] not in KUBERNETES_MINORS:
        known = ", ".join(KUBERNETES_MINORS[:-1])
        raise ValueError(f"is not supported; {known} and {KUBERNETES_MINORS[-1]} are", leave_out)
    if not match[2]:
        raise ValueError("names no patch release", f"Write it in full, as {KUBERNETES}.")
    if not value.startswith("v"):
        raise ValueError("has no v in front", f"Write v{value}.")
    return value


def price(value: str) -> str:
    """Dollars an hour, kept as the text that AWS gets."""
    if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", value, re.ASCII) or float(value) == 0:
        raise ValueError("is no price", "Dollars an hour, without a sign, as 0.05.")
    return value


def iam_path(value: str) -> str:
    """Source: AWS, IAM identifiers: begins and ends with a slash, at most 512 characters."""
    if len(value) > 512 or not re.fullmatch(r"/([\x21-\x2e\x30-\x7e]+/)*", value):
        raise ValueError("is no IAM path", f"Begin and end it with a slash: /{value.strip('/') or 'team'}/")
    return value


def partition(region: str) -> str:
    """The partition of AWS that a region belongs to, as ARNs begin. Source: AWS, "Partitions"."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


Whole = Annotated[int, BeforeValidator(whole)]
Boolean = Annotated[bool, BeforeValidator(boolean)]
Network = Annotated[IPv4Network, BeforeValidator(network)]
Address = Annotated[IPv4Address, BeforeValidator(ip_address)]
ClusterName = Annotated[str, AfterValidator(cluster_name)]
DNSName = Annotated[str, AfterValidator(dns_name)]
HostedZone = Annotated[str, AfterValidator(hosted_zone)]
Zone = Annotated[str, AfterValidator(zone)]
KMSKeyArn = Annotated[str, AfterValidator(kms_key_arn)]
KubernetesVersion = Annotated[str, AfterValidator(kubernetes_version)]
Price = Annotated[str, AfterValidator(price)]
IAMPath = Annotated[str, AfterValidator(iam_path)]
# These need no words of their own: the message shows the key's example.
Region = Annotated[str, Field(pattern=f"^{REGION}$")]
KeyName = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,253}[!-~])?$")]
InstanceType = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*\.[a-z0-9-]+$")]
VpcId = Annotated[str, Field(pattern=r"^vpc-([0-9a-f]{8}|[0-9a-f]{17})$")]
RouteTableId = Annotated[str, Field(pattern=r"^rtb-([0-9a-f]{8}|[0-9a-f]{17})$")]
PolicyArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:iam::(aws|\d{12}):policy/[!-~]+$")]
VolumeSize = Annotated[Whole, Field(ge=8, le=16384)]
