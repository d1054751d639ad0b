"""A key says what it is for."""

from typing import Any

from moto.kms.models import Key


def kms_key_usage() -> None:
    """Make a key for ENCRYPT_DECRYPT where CreateKey names no usage; moto leaves it out then.

    Source: KMS API Reference, CreateKey, KeyUsage.
    """
    moto_init = Key.__init__

    def init(key: Any, *args: Any, **kwargs: Any) -> None:
        moto_init(key, *args, **kwargs)
        key.key_usage = key.key_usage or "ENCRYPT_DECRYPT"

    Key.__init__ = init
