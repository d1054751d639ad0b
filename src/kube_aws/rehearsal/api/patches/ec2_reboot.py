"""A reboot is counted, so that the machine behind an instance can be seen to need one."""

from typing import Any

from moto.ec2.models.instances import Instance


def ec2_reboot() -> None:
    """Count an instance's reboots; moto's leave no trace."""
    moto_reboot = Instance.reboot

    def reboot(instance: Any) -> None:
        moto_reboot(instance)
        instance.boots = getattr(instance, "boots", 0) + 1

    Instance.reboot = reboot
