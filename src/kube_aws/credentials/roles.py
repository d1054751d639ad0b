"""The files of credentials/, and what each role of node is given of them as sealed plaintext."""

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

_CIPHERTEXT_SIZES: dict[Role, int] = {"controller": 1370, "worker": 230}


def secrets(role: Role, credentials: Tree) -> bytes:
    """The JSON object {file name: text} that a node of this role unseals.

    Texts come without white space around them. At most 4,096 bytes, the limit of KMS Encrypt.
    """
    given = {name: credentials[PurePosixPath(name)].content.decode().strip() for name in GIVEN[role]}
    return json.dumps(given, separators=(",", ":"), sort_keys=True).encode()


def stand_in(role: Role) -> bytes:
    """Bytes in the place of a role's ciphertext where KMS is not asked and only sizes count: as many,
    and as little compressible."""
    return shake_256(role.encode()).digest(_CIPHERTEXT_SIZES[role])
