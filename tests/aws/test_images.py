from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from kube_aws.aws.images import OWNER, newest
from kube_aws.release.lock import MachineImage
from kube_aws.terminal.error import UserError


def image(version: str, created: str) -> dict[str, str]:
    name = f"Flatcar-stable-{version}-hvm"
    return {
        "ImageId": "ami-" + version.replace(".", ""),
        "Name": name,
        "OwnerId": OWNER,
        "CreationDate": created,
    }


def ask(*images: dict[str, str]) -> MachineImage:
    ec2: Any = boto3.client("ec2", "eu-west-1", aws_access_key_id="any", aws_secret_access_key="any")
    asked = {
        "Owners": [OWNER],
        "Filters": [
            {"Name": "name", "Values": ["Flatcar-stable-*-hvm"]},
            {"Name": "architecture", "Values": ["x86_64"]},
            {"Name": "state", "Values": ["available"]},
        ],
    }
    with Stubber(ec2) as stub:
        stub.add_response("describe_images", {"Images": list(images)}, asked)
        return newest(ec2, "stable", "amd64")


def test_takes_the_newest_by_its_date_and_not_by_its_name() -> None:
    older = image("4593.2.3", "2026-11-02T00:00:00.000Z")
    newer = image("10000.0.0", "2026-11-20T00:00:00.000Z")
    assert ask(newer, older).id == "ami-1000000"
    assert ask(older) == MachineImage(
        id="ami-459323",
        name="Flatcar-stable-4593.2.3-hvm",
        owner=OWNER,
        created="2026-11-02T00:00:00.000Z",
    )


def test_a_region_without_images_is_told() -> None:
    with pytest.raises(UserError, match=r"eu-west-1 has no image Flatcar-stable-\*-hvm"):
        ask()
