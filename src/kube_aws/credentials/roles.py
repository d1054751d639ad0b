"""The files of credentials/, and what each role of node is given of them as sealed plaintext."""

import json
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


def secrets(role: Role, credentials: Tree) -> bytes:
    """The JSON object {file name: text} that a node of this role unseals.

    Texts come without white space around them. At most 4,096 bytes, the limit of KMS Encrypt.
    """
    given = {name: credentials[PurePosixPath(name)].content.decode().strip() for name in GIVEN[role]}
    return json.dumps(given, separators=(",", ":"), sort_keys=True).encode()
