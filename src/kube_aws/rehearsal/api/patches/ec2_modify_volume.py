"""A volume grows, and tells its latest modification."""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_block_store import EBSBackend


def ec2_modify_volume() -> None:
    """Refuse a smaller size; describe one modification of a volume.

    moto shrinks volumes, and describes every modification there was. Source: EC2 API Reference,
    DescribeVolumesModifications; EBS User Guide, "Requirements for EBS volume modifications".
    """
    moto_modify = EBSBackend.modify_volume
    moto_describe = EBSBackend.describe_volumes_modifications

    def modify(backend: Any, volume_id: str, target_size: int | None = None, *args: Any, **given: Any) -> Any:
        size = backend.get_volume(volume_id).size
        if target_size is not None and int(target_size) < size:
            raise EC2ClientError(
                "InvalidParameterValue",
                f"New size cannot be smaller than existing size ({size} GiB)",
            )
        return moto_modify(backend, volume_id, target_size, *args, **given)

    def describe(*args: Any, **given: Any) -> Any:
        return list({one.volume.id: one for one in moto_describe(*args, **given)}.values())

    EBSBackend.modify_volume = modify
    EBSBackend.describe_volumes_modifications = describe
