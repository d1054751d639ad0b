"""The public side of a cluster's authorities, which rendering needs."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authorities:
    """PEM: certificates of the three authorities, and the public key that checks service account tokens."""

    ca: bytes
    etcd_ca: bytes
    front_proxy_ca: bytes
    service_account: bytes
