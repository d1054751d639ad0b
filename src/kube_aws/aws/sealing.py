"""Sealing secrets with KMS: what leaves this machine is ciphertext, bound to a cluster and a role."""

import re
from collections.abc import Mapping
from typing import Any

from kube_aws.aws.errors import DENIED, code, message
from kube_aws.terminal.error import UserError

_MENDS = {
    "NotFoundException": "Look at kmsKeyArn in cluster.yaml: its region, account and key.",
    "DisabledException": "Enable the key: aws kms enable-key --key-id {key}",
    "KMSInvalidStateException": "The key is being deleted, or waits for its material: look at it with\n"
    "aws kms describe-key --key-id {key}",
    "InvalidKeyUsageException": "Take a symmetric key made for ENCRYPT_DECRYPT.",
}


def seal(kms_client: Any, plaintext: bytes, key_arn: str, context: Mapping[str, str]) -> bytes:
    """The KMS ciphertext of at most 4,096 bytes under a key and an encryption context.

    The ciphertext differs at each call. Source: AWS KMS API, Encrypt. Raises UserError where the key
    refuses; what else botocore raises passes through.
    """
    from botocore.exceptions import ClientError

    try:
        answer = kms_client.encrypt(KeyId=key_arn, Plaintext=plaintext, EncryptionContext=dict(context))
    except ClientError as error:
        kind = code(error)
        if kind in DENIED:
            mend = "Who renders needs kms:Encrypt on it: by an IAM policy, and by the key's own policy."
        elif kind in _MENDS:
            mend = _MENDS[kind].format(key=key_arn)
        else:
            raise
        raise UserError(f"KMS does not encrypt with {_short(key_arn)}: {message(error)}", mend) from error
    ciphertext: bytes = answer["CiphertextBlob"]
    return ciphertext


def _short(key_arn: str) -> str:
    """`key 6d9f59dc…1701`, or the alias."""
    name = key_arn.split(":", 5)[-1]
    return re.sub(r"^key/(\w{8})\S*(\w{4})$", r"key \1…\2", name)
