"""A volume is attached to one instance, a device name is used once."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import EBSBackend


def ec2_volume_attached_twice() -> None:
    """Refuse a second attachment, a device that is taken, another zone, an instance that is gone.

    moto accepts them all and then cannot detach. Source: EC2 API Reference, AttachVolume and error codes
    VolumeInUse, InvalidParameterValue, InvalidVolume.ZoneMismatch, IncorrectState.
    """
    moto_attach = EBSBackend.attach_volume

    def attach(backend: Any, volume_id: str, instance_id: str, device_path: str, *args: Any) -> Any:
        volume, instance = backend.get_volume(volume_id), backend.get_instance(instance_id)
        if volume.attachment is not None:
            raise EC2ClientError("VolumeInUse", f"{volume_id} is already attached to an instance")
        if instance.state not in ("pending", "running", "stopping", "stopped"):
            raise EC2ClientError("IncorrectState", f"Instance '{instance_id}' is not 'running'.")
        if volume.zone.name != instance.placement.zone:
            raise EC2ClientError(
                "InvalidVolume.ZoneMismatch",
                f"The volume '{volume_id}' is not in the same availability zone as instance '{instance_id}'",
            )
        if device_path in instance.block_device_mapping:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"Invalid value '{device_path}' for unixDevice. Attachment point {device_path} is already in "
                "use",
            )
        return moto_attach(backend, volume_id, instance_id, device_path, *args)

    EBSBackend.attach_volume = attach
