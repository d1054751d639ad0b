"""Making a cluster's credentials: three authorities, keys, the admin's certificate. Done once."""

import base64
import secrets
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kube_aws.tree import File, Tree

AUTHORITY_LIFETIME = timedelta(days=3650)
ADMIN_LIFETIME = timedelta(days=365)
_CLOCK_SKEW = timedelta(minutes=5)
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def create(cluster_name: str, now: datetime) -> Tree:
    """The files of credentials/ for a new cluster. `now` is aware of its time zone.

    Every key is on P-256. `ca` signs clients and servers of the Kubernetes API, `etcd-ca` etcd's,
    `front-proxy-ca` the aggregation layer's; each subject names the cluster.
    """
    files: dict[str, bytes] = {".gitignore": b"*\n"}
    start = now - _CLOCK_SKEW
    keys = {name: _key() for name in ("ca", "etcd-ca", "front-proxy-ca", "service-account", "admin")}
    for name, key in keys.items():
        files[f"{name}-key.pem"] = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for name in ("ca", "etcd-ca", "front-proxy-ca"):
        files[f"{name}.pem"] = _authority(name, cluster_name, keys[name], start)
    files["service-account.pem"] = (
        keys["service-account"].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    files["admin.pem"] = _admin(cluster_name, keys["admin"], keys["ca"], files["ca.pem"], start)
    files["encryption-key"] = base64.b64encode(secrets.token_bytes(32)) + b"\n"
    files["bootstrap-token"] = _bootstrap_token().encode() + b"\n"
    return {PurePosixPath(name): File(content) for name, content in files.items()}


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _authority(name: str, cluster_name: str, key: ec.EllipticCurvePrivateKey, start: datetime) -> bytes:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, name),
            x509.NameAttribute(NameOID.COMMON_NAME, cluster_name),
        ]
    )
    certificate = (
        _builder(subject, subject, key.public_key(), start, AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def _admin(
    cluster_name: str,
    key: ec.EllipticCurvePrivateKey,
    ca_key: ec.EllipticCurvePrivateKey,
    ca: bytes,
    start: datetime,
) -> bytes:
    """The group kube-aws:admins is bound to cluster-admin by the cluster's manifests."""
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "kube-aws:admins"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"kube-aws-admin-{cluster_name}"[:64]),
        ]
    )
    issuer = x509.load_pem_x509_certificate(ca)
    certificate = (
        _builder(subject, issuer.subject, key.public_key(), start, ADMIN_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
        .sign(ca_key, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public_key: ec.EllipticCurvePublicKey,
    start: datetime,
    lifetime: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _bootstrap_token() -> str:
    """Source: Kubernetes, "Authenticating with Bootstrap Tokens", token format."""

    def letters(count: int) -> str:
        return "".join(secrets.choice(_ALPHABET) for _ in range(count))

    return f"{letters(6)}.{letters(16)}"
