"""The script `etcd-volume` on a loop device: when it attaches, when it formats, when it refuses.

mkfs.xfs is ext4's here, which every machine has; all other programs are the real ones.
"""

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .aws import Answer, Aws, Call
from .node import Node

VOLUME = "vol-0fedcba9876543210"

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="loop devices are root's")


@dataclass
class Volume:
    """The volume as EC2 knows it, and the loop device that it is."""

    node: Node
    loop: Path
    attached_to: str = ""
    formatted: bool = False

    def answer(self, call: Call) -> Answer:
        match call.action:
            case "AttachVolume":
                assert call.parameters["Device"] == "/dev/xvdf"
                self.attached_to = call.parameters["InstanceId"]
                number = self.loop.stat().st_rdev
                self.node.run("mknod", "/dev/xvdf", "b", str(os.major(number)), str(os.minor(number)))
            case "CreateTags":
                assert (call.parameters["ResourceId.1"], call.parameters["Tag.1.Key"]) == (
                    VOLUME,
                    "kube-aws:formatted",
                )
                self.formatted = True
        return 200, self.described()

    def described(self) -> str:
        attachment = f"<item><instanceId>{self.attached_to}</instanceId></item>" if self.attached_to else ""
        tag = "<item><key>kube-aws:formatted</key><value>xfs</value></item>" if self.formatted else ""
        return f"""<DescribeVolumesResponse>
            <volumeSet><item><volumeId>{VOLUME}</volumeId>
            <attachmentSet>{attachment}</attachmentSet>
            <tagSet><item><key>Name</key><value>etcd-0</value></item>{tag}</tagSet>
            </item></volumeSet></DescribeVolumesResponse>"""

    def blkid(self) -> int:
        return subprocess.run(["blkid", "-p", self.loop], check=False, capture_output=True).returncode


@pytest.fixture
def volume(controller: Node, cloud: Aws, tmp_path: Path) -> Iterator[Volume]:
    disk = tmp_path / "disk"
    with disk.open("wb") as file:
        file.truncate(16 << 20)
    loop = subprocess.run(
        ["losetup", "--find", "--show", disk], check=True, capture_output=True, text=True
    ).stdout.strip()
    controller.write("/opt/kube-aws/bin/mkfs.xfs", '#!/bin/sh\nexec mkfs.ext4 "$@"\n')
    cloud.metadata["meta-data/tags/instance/kube-aws:volume"] = VOLUME
    controller.write("/run/kube-aws/identity.env", "INSTANCE_ID=i-1\n")
    made = Volume(controller, Path(loop))
    cloud.answer = made.answer
    yield made
    controller.run("umount", "/var/lib/etcd", check=False)
    subprocess.run(["losetup", "--detach", loop], check=True)


def test_a_new_volume_is_attached_formatted_marked_and_mounted(controller: Node, cloud: Aws, volume: Volume):
    controller.run("etcd-volume")
    assert cloud.actions() == ["ec2 DescribeVolumes", "ec2 AttachVolume", "ec2 CreateTags"]
    controller.run("mountpoint", "/var/lib/etcd")
    assert controller.run("stat", "-c", "%a", "/var/lib/etcd").stdout == "700\n"


def test_again_it_does_nothing(controller: Node, cloud: Aws, volume: Volume):
    controller.run("etcd-volume")
    cloud.calls.clear()
    controller.run("etcd-volume")
    assert cloud.actions() == ["ec2 DescribeVolumes"]


def test_data_of_a_predecessor_is_kept(controller: Node, cloud: Aws, volume: Volume):
    controller.run("etcd-volume")
    controller.run("sh", "-c", "echo data > /var/lib/etcd/member; umount /var/lib/etcd; rm /dev/xvdf")
    volume.attached_to = ""
    controller.run("etcd-volume")
    assert controller.run("cat", "/var/lib/etcd/member").stdout == "data\n"


def test_a_mark_that_could_not_be_written_is_written_later(controller: Node, cloud: Aws, volume: Volume):
    refused = "<Code>UnauthorizedOperation</Code><Message>not yet</Message>"
    cloud.answer = lambda call: (403, refused) if call.action == "CreateTags" else volume.answer(call)
    assert controller.run("etcd-volume", check=False).returncode
    cloud.answer = volume.answer
    controller.run("etcd-volume")
    assert volume.formatted


def test_a_blank_volume_that_was_formatted_before_is_refused(controller: Node, cloud: Aws, volume: Volume):
    volume.formatted = True
    done = controller.run("etcd-volume", check=False)
    assert done.stderr == f"{VOLUME} was formatted and is blank now; restore a snapshot\n"
    assert volume.blkid() == 2


def test_another_instances_volume_is_never_taken(controller: Node, cloud: Aws, volume: Volume):
    volume.attached_to = "i-2"
    done = controller.run("etcd-volume", check=False)
    assert done.stderr == f"{VOLUME} is still attached to i-2\n"
    assert cloud.actions() == ["ec2 DescribeVolumes"]


def test_what_is_not_blank_is_not_formatted(controller: Node, cloud: Aws, volume: Volume):
    subprocess.run(["mkswap", volume.loop], check=True, capture_output=True)
    done = controller.run("etcd-volume", check=False)
    assert done.returncode
    assert "mount" in done.stderr
    assert volume.blkid() == 0
