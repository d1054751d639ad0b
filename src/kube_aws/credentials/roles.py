"""The files of credentials/, and what each role of node is given of them as sealed plaintext."""

import base64
import json
from hashlib import shake_256
from pathlib import PurePosixPath

from kube_aws.cluster.topology import Role
from kube_aws.tree import Tree

FILES = (
    "ca.pem",
    "ca-key.pem",
    "etcd-ca.pem",
    "etcd-ca-key.pem",
    "front-proxy-ca.pem",
    "front-proxy-ca-key.pem",
    "service-account.pem",
    "service-account-key.pem",
    "admin.pem",
    "admin-key.pem",
    "encryption-key",
    "bootstrap-token",
)
"""All of credentials/, beside its .gitignore and the ciphertexts kept in sealed.json."""

GIVEN: dict[Role, tuple[str, ...]] = {
    "controller": (
        "ca-key.pem",
        "etcd-ca-key.pem",
        "front-proxy-ca-key.pem",
        "service-account-key.pem",
        "encryption-key",
        "bootstrap-token",
    ),
    "worker": ("bootstrap-token",),
}
"""A controller issues every certificate of the cluster itself; a worker asks for its own with the token."""

# ECPrivateKey of RFC 5915: SEQUENCE, version 1, the scalar's OCTET STRING; then the curve, prime256v1.
_BEFORE_SCALAR = bytes.fromhex("30310201010420")
_AFTER_SCALAR = bytes.fromhex("a00a06082a8648ce3d030107")
_FRAME = ("MDECAQEEI", "oAoGCCqGSM49AwEH")
"""What both are in base64, whole characters of it; the stage `unseal` adds it again."""

_CIPHERTEXT_SIZES: dict[Role, int] = {"controller": 560, "worker": 230}


def secrets(role: Role, credentials: Tree) -> bytes:
    """The JSON object {file name: text} that a node of this role unseals.

    Texts come without white space around them, keys as what differs between them in the body of a PEM
    "EC PRIVATE KEY" without its public half, which follows from it: ciphertext does not compress, and
    user data is short of room. At most 4,096 bytes, the limit of KMS Encrypt. Source: RFC 5915.
    """
    given = {name: _text(name, credentials[PurePosixPath(name)].content) for name in GIVEN[role]}
    return json.dumps(given, separators=(",", ":"), sort_keys=True).encode()


def _text(name: str, content: bytes) -> str:
    if not name.endswith("-key.pem"):
        return content.decode().strip()
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    key = load_pem_private_key(content, password=None)
    assert isinstance(key, EllipticCurvePrivateKey)  # noqa: S101 -- credentials are verified before
    scalar = key.private_numbers().private_value.to_bytes(32, "big")
    body = base64.b64encode(_BEFORE_SCALAR + scalar + _AFTER_SCALAR).decode()
    return body.removeprefix(_FRAME[0]).removesuffix(_FRAME[1])


def stand_in(role: Role) -> bytes:
    """Bytes in the place of a role's ciphertext where KMS is not asked and only sizes count: as many,
    and as little compressible."""
    return shake_256(role.encode()).digest(_CIPHERTEXT_SIZES[role])
