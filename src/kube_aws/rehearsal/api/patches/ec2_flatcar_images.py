"""The machine images that exist are Flatcar's."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from moto.ec2.models.amis import Ami, AmiBackend

OWNER = "075585003325"
VERSIONS = {"alpha": "4790.0.0", "beta": "4757.1.0", "stable": "4593.2.3"}
ARCHITECTURES = {"amd64": "x86_64", "arm64": "arm64"}
PUBLISHED = datetime(2026, 11, 2)  # noqa: DTZ001 (moto's own times have no zone)


def image_id(channel: str, region: str, architecture: str) -> str:
    """The id of a channel's image in a region; `architecture` is amd64 or arm64."""
    return "ami-" + sha256(f"{channel}/{region}/{architecture}".encode()).hexdigest()[:17]


def ec2_flatcar_images() -> None:
    """Have Flatcar's public images in each region, in place of moto's 500 images of 2019.

    Names and owner as Flatcar publishes them; the ids are made up.
    """

    def load(backend: Any) -> None:
        for channel, version in VERSIONS.items():
            for architecture, machine in ARCHITECTURES.items():
                suffix = "-arm64" if architecture == "arm64" else ""
                name = f"Flatcar-{channel}-{version}{suffix}-hvm"
                image = Ami(
                    backend,
                    image_id(channel, backend.region_name, architecture),
                    name=name,
                    description=f"Flatcar Container Linux {channel} {version} (HVM)",
                    owner_id=OWNER,
                    public=True,
                    virtualization_type="hvm",
                    architecture=machine,
                    creation_date=PUBLISHED,
                    image_location=f"{OWNER}/{name}",
                    hypervisor="xen",
                    root_device_type="ebs",
                    root_device_name="/dev/xvda",
                    region_name=f"{backend.region_name}a",
                )
                backend.amis[image.id] = image

    AmiBackend._load_amis = load
