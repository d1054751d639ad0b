"""Flatcar's machine images, as EC2 lists them."""

from typing import Any

from kube_aws.cluster.topology import Architecture
from kube_aws.release.lock import MachineImage
from kube_aws.terminal.error import UserError

OWNER = "075585003325"
"""The Flatcar project's account. Source: Flatcar's documentation, "Running Flatcar on AWS EC2"."""

_EC2_NAMES: dict[Architecture, str] = {"amd64": "x86_64", "arm64": "arm64"}


def newest(ec2_client: Any, channel: str, architecture: Architecture) -> MachineImage:
    """The newest image of a channel in the client's region.

    Source: AWS EC2 API, DescribeImages. Raises UserError where there is none.
    """
    answer = ec2_client.describe_images(
        Owners=[OWNER],
        Filters=[
            {"Name": "name", "Values": [f"Flatcar-{channel}-*-hvm"]},
            {"Name": "architecture", "Values": [_EC2_NAMES[architecture]]},
            {"Name": "state", "Values": ["available"]},
        ],
    )
    images = sorted(answer["Images"], key=lambda image: (image["CreationDate"], image["Name"]))
    if not images:
        raise UserError(
            f"{ec2_client.meta.region_name} has no image Flatcar-{channel}-*-hvm of account {OWNER}"
        )
    image = images[-1]
    return MachineImage(
        id=image["ImageId"], name=image["Name"], owner=image["OwnerId"], created=image["CreationDate"]
    )
