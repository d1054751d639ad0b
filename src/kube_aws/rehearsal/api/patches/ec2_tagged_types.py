"""Tags tell the type of what carries them."""

from moto.ec2 import utils


def ec2_tagged_types() -> None:
    """Say `elastic-ip` for an address, as DescribeTags of AWS does; moto says vpc-elastic-ip."""
    utils.EC2_PREFIX_TO_RESOURCE["eipalloc"] = "elastic-ip"
