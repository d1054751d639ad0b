"""A symmetric key has no key pair."""

from typing import Any

from moto.kms import models


def kms_symmetric_key() -> None:
    """Make no RSA key for a symmetric key: moto does, which takes long and cannot be pickled."""
    asymmetric = models.generate_private_key

    def private_key(key_spec: str) -> Any:
        return None if key_spec == "SYMMETRIC_DEFAULT" else asymmetric(key_spec)

    models.generate_private_key = private_key
