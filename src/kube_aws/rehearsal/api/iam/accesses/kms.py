"""KMS: the key that a call names, or that its ciphertext was made with."""

from typing import Any

from moto.kms.models import kms_backends
from moto.kms.utils import KEY_ID_LEN

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.iam.accesses.tags import requested
from kube_aws.rehearsal.api.principal import Principal

_WITHOUT_RESOURCES = ("CreateKey", "GenerateRandom", "ListAliases", "ListKeys")


def accesses(call: Call, principal: Principal) -> list[Access]:
    """The access that a KMS call needs, with its encryption context."""
    given = call.parameters
    context = requested({tag["TagKey"]: tag["TagValue"] for tag in given.get("Tags", ())})
    encryption = given.get("EncryptionContext") or {}
    context |= {f"kms:EncryptionContext:{key}": value for key, value in encryption.items()}
    if call.name in _WITHOUT_RESOURCES:
        return [Access(call.action, "*", context)]
    named = given.get("KeyId") or given.get("TargetKeyId") or _of_ciphertext(given.get("CiphertextBlob", b""))
    if not named:
        return [Access(call.action, None, context)]
    return [Access(call.action, _arn(call, principal, named), context)]


def _of_ciphertext(blob: bytes) -> str:
    """The id of the key of a ciphertext, which moto writes at its start."""
    return bytes(blob[:KEY_ID_LEN]).decode("ascii", "replace")


def _arn(call: Call, principal: Principal, named: str) -> str:
    """The ARN of a key that is named by its id, its ARN or an alias."""
    kms: Any = kms_backends[principal.account][call.region]
    if "alias/" in named:
        alias = named[named.index("alias/") :]
        for key in kms.keys.values():
            if alias in key.aliases:
                return str(key.arn)
        raise ApiError("NotFoundException", f"Alias arn {alias} is not found.")
    if named.startswith("arn:"):
        return named
    return f"arn:{principal.partition}:kms:{call.region}:{principal.account}:key/{named}"
