"""DetachVolume needs only the volume."""

from typing import Any

from moto.ec2.models.elastic_block_store import EBSBackend


def ec2_detach_volume() -> None:
    """Take the instance from the attachment where the request names none; moto fails with status 500.

    Source: EC2 API Reference, DetachVolume: only VolumeId is required.
    """
    moto_detach = EBSBackend.detach_volume

    def detach(backend: Any, volume_id: str, instance_id: str | None, device_path: str) -> Any:
        attachment = backend.get_volume(volume_id).attachment
        if instance_id is None and attachment is not None:
            instance_id = attachment.instance.id
        return moto_detach(backend, volume_id, instance_id or "", device_path)

    EBSBackend.detach_volume = detach
