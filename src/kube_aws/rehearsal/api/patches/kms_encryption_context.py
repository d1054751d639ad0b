"""The encryption context is bound to the ciphertext exactly."""

import json

from moto.kms import utils


def kms_encryption_context() -> None:
    """Tell {"ab": "c"} from {"a": "bc"}: moto authenticates the bare concatenation of keys and values.

    Source: AWS KMS, "Encryption context": an exact, case-sensitive match.
    """

    def additional_data(encryption_context: dict[str, str]) -> bytes:
        return json.dumps(encryption_context, sort_keys=True).encode()

    utils._serialize_encryption_context = additional_data
