"""A key says what it is for."""

from typing import Any

from moto.kms.models import Key


def kms_key_usage() -> None:
    """Make a key for ENCRYPT_DECRYPT where CreateKey names no usage, and tell only algorithms that it has.

    moto leaves the usage out, and tells an empty list of signing algorithms. Source: KMS API Reference,
    CreateKey (KeyUsage) and KeyMetadata (SigningAlgorithms).
    """
    moto_init, moto_to_dict = Key.__init__, Key.to_dict

    def init(key: Any, *args: Any, **kwargs: Any) -> None:
        moto_init(key, *args, **kwargs)
        key.key_usage = key.key_usage or "ENCRYPT_DECRYPT"

    def to_dict(key: Any) -> dict[str, Any]:
        metadata = moto_to_dict(key)["KeyMetadata"]
        return {"KeyMetadata": {name: value for name, value in metadata.items() if value != []}}

    Key.__init__, Key.to_dict = init, to_dict
