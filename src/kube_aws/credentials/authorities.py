"""The public side of a cluster's authorities, which rendering needs."""

import base64
import re
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from kube_aws.tree import Tree

_NAMES = ("ca", "etcd-ca", "front-proxy-ca", "service-account")
"""As Authorities has them; each is a file `<name>.pem` of credentials/."""


@dataclass(frozen=True, slots=True)
class Authorities:
    """PEM: certificates of the three authorities, and the public key that checks service account tokens.

    In a clone without credentials/ only `ca` is known, the one that lies among the node files; the
    others are empty there.
    """

    ca: bytes
    etcd_ca: bytes
    front_proxy_ca: bytes
    service_account: bytes


def authorities(credentials: Tree) -> Authorities:
    """The authorities of a whole credentials/."""
    return Authorities(*(credentials[PurePosixPath(f"{name}.pem")].content for name in _NAMES))


def fingerprints(public: Authorities) -> dict[str, str]:
    """SHA-256 over the DER of each that is known, in hex: as `openssl x509 -fingerprint -sha256` prints it.

    Raises ValueError, naming the authority, where one is not PEM.
    """
    return {name: _fingerprint(name, pem) for name, pem in zip(_NAMES, astuple(public), strict=True) if pem}


def _fingerprint(name: str, pem: bytes) -> str:
    body = re.search(rb"-----BEGIN ([A-Z ]+)-----\s(.+?)-----END \1-----", pem, re.DOTALL)
    if body is None:
        raise ValueError(f"{name} is not PEM")
    return sha256(base64.b64decode(body[2])).hexdigest()
