from dataclasses import replace

import pytest

from kube_aws.rehearsal.cloud import Volume
from kube_aws.rehearsal.machines import machine, volumes
from kube_aws.rehearsal.process import RehearsalError

VOLUME = Volume("vol-0abc", 1, "/dev/xvdf")
OTHER = Volume("vol-0def", 1, "/dev/sdg")
LINK = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0abc"


def test_a_volume_brings_its_data_to_another_machine(place):
    xen, nitro = place.instance("i-0a"), place.instance("i-0b", nitro=True, attached=(VOLUME,))
    place.boot(xen)
    volumes.attach(place.state, xen, VOLUME)
    volumes.attach(place.state, xen, VOLUME)
    volumes.attach(place.state, xen, OTHER)
    assert volumes.attached(place.state, "i-0a") == {"vol-0abc": 1, "vol-0def": 1}
    assert place.inside("i-0a", "test -b /dev/xvdg; blkid -p /dev/xvdf || echo $?") == "2"
    assert place.inside("i-0a", "lsblk -bno SIZE /dev/xvdf || blockdev --getsize64 /dev/xvdf") == str(1024**3)
    # As a unit: only the machine's own processes are fenced.
    unit = "systemd-run --quiet --pipe --wait sh -c"
    place.inside("i-0a", f"{unit} 'mkfs.xfs -q /dev/xvdf; mount /dev/xvdf /mnt; echo data > /mnt/it'")

    volumes.attach(place.state, xen, replace(VOLUME, size_gib=2))
    assert place.inside("i-0a", "blockdev --getsize64 /dev/xvdf") == str(2 * 1024**3)
    assert place.inside("i-0a", f"{unit} 'xfs_growfs /mnt >/dev/null; cat /mnt/it'") == "data"
    assert volumes.attached(place.state, "i-0a")["vol-0abc"] == 2

    assert not volumes.detach(place.state, "i-0a", "vol-0abc")
    place.inside("i-0a", "umount /mnt")
    assert volumes.detach(place.state, "i-0a", "vol-0abc")
    assert place.inside("i-0a", "ls /dev/xvd*") == "/dev/xvdg"

    place.boot(nitro)
    assert place.inside("i-0b", f"{unit} 'mount {LINK} /mnt; cat /mnt/it'") == "data"
    assert place.inside("i-0b", f"readlink {LINK}") == "../../nvme1n1"

    # Neither the other's volume nor a disk of the host.
    loop = place.inside("i-0a", "stat -c %Lr /dev/xvdg")
    place.inside("i-0b", f"mknod /dev/other b 7 {loop}")
    assert "not permitted" in place.inside("i-0b", f"{unit} 'head -c 1 /dev/other 2>&1' || true")
    assert place.inside("i-0a", f"{unit} 'head -c 1 /dev/xvdg | wc -c'") == "1"


def test_volumes_are_there_after_every_kind_of_boot(place):
    instance = place.instance("i-0a", attached=(VOLUME,))
    place.boot(instance)
    place.inside("i-0a", "mkfs.xfs -q /dev/xvdf; mount /dev/xvdf /mnt; echo data > /mnt/it; sync")
    with pytest.raises(RehearsalError, match="still in use"):
        volumes.delete(place.state, "vol-0abc")
    machine.kill(place.state, "i-0a")
    place.boot(instance)
    assert place.inside("i-0a", "mount /dev/xvdf /mnt; cat /mnt/it") == "data"

    machine.remove(place.state, "i-0a")
    assert volumes.detach(place.state, "i-0a", "vol-0abc")
    volumes.delete(place.state, "vol-0abc")
    assert list((place.state / "volumes").iterdir()) == []
