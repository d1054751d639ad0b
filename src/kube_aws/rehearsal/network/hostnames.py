"""The names that EC2 gives addresses. Source: VPC User Guide, "Amazon EC2 instance hostnames" and "DNS"."""


def private_name(address: str, region: str) -> str:
    """The name of a private address, which its VPC knows."""
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{address.replace('.', '-')}.{domain}"


def public_name(address: str, region: str) -> str:
    """The name of a public address."""
    domain = "compute-1" if region == "us-east-1" else f"{region}.compute"
    return f"ec2-{address.replace('.', '-')}.{domain}.amazonaws.com"
