"""The public side of a cluster's authorities, which rendering needs."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

FILES = {
    "ca": "ca.pem",
    "etcd-ca": "etcd-ca.pem",
    "front-proxy-ca": "front-proxy-ca.pem",
    "service-account": "service-account.pem",
}
"""The file of each authority in credentials/."""


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


def authorities(content: Callable[[str], bytes]) -> Authorities:
    """The authorities from their files; `content` gives the bytes of `ca.pem` and its siblings."""
    return Authorities(
        ca=content(FILES["ca"]),
        etcd_ca=content(FILES["etcd-ca"]),
        front_proxy_ca=content(FILES["front-proxy-ca"]),
        service_account=content(FILES["service-account"]),
    )


def fingerprints(public: Authorities) -> dict[str, str]:
    """SHA-256 over the DER of each that is known, in hex: as `openssl x509 -fingerprint -sha256` prints it.

    Raises ValueError, naming the authority, where one is not PEM.
    """
    contents = (public.ca, public.etcd_ca, public.front_proxy_ca, public.service_account)
    return {name: _fingerprint(name, pem) for name, pem in zip(FILES, contents, strict=True) if pem}


def _fingerprint(name: str, pem: bytes) -> str:
    body = re.search(rb"-----BEGIN ([A-Z ]+)-----\s(.+?)-----END \1-----", pem, re.DOTALL)
    if body is None:
        raise ValueError(f"{name} is not PEM")
    return sha256(base64.b64decode(body[2])).hexdigest()
