"""Whether the files of credentials/ are whole and belong together."""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from kube_aws.credentials.roles import FILES
from kube_aws.finding import Finding, Place
from kube_aws.tree import Tree

_BRING_BACK = "Bring it back from your copy of credentials/; nothing of it is ever made anew unasked."
RENEW_ADMIN = """\
Issue another one for the same key; nothing else changes:
openssl req -new -key credentials/admin-key.pem -subj "/O=kube-aws:admins/CN=kube-aws-admin" |
  openssl x509 -req -CA credentials/ca.pem -CAkey credentials/ca-key.pem \\
    -set_serial "0x$(openssl rand -hex 16)" -days 365 -out credentials/admin.pem"""
_WARN_BEFORE = timedelta(days=30)


def verify(credentials: Tree) -> Iterator[Finding]:
    """Every file that is missing, unreadable, or does not belong to its siblings."""
    whole = set()
    for name in FILES:
        file = credentials.get(PurePosixPath(name))
        if reason := "is missing" if file is None else _unreadable(name, file.content):
            yield _wrong(name, reason)
        else:
            whole.add(name)
    for public in ("ca", "etcd-ca", "front-proxy-ca", "service-account", "admin"):
        if {f"{public}.pem", f"{public}-key.pem"} <= whole and not _pair(credentials, public):
            yield _wrong(f"{public}-key.pem", f"is not the key of {public}.pem")
    if {"ca.pem", "admin.pem"} <= whole and not _issued(credentials):
        yield _wrong("admin.pem", "is not issued by ca.pem")


def expiry(credentials: Tree, now: datetime) -> Iterator[Finding]:
    """A finding where the admin's certificate has ended, or ends within a month."""
    end = ends(_content(credentials, "admin.pem"))
    place = Place("credentials/admin.pem")
    if end <= now:
        yield Finding(
            "error",
            "admin-expired",
            place,
            f"the admin's certificate ended on {end:%Y-%m-%d}; kubectl is refused",
            RENEW_ADMIN,
        )
    elif end - now <= _WARN_BEFORE:
        days = (end - now).days
        what = f"the admin's certificate ends in {days} days"
        yield Finding("warning", "admin-expires", place, what, RENEW_ADMIN)


def ends(certificate: bytes) -> datetime:
    """When a certificate in PEM ends. ValueError where it is none."""
    return x509.load_pem_x509_certificate(certificate).not_valid_after_utc


def _content(credentials: Tree, name: str) -> bytes:
    return credentials[PurePosixPath(name)].content


def _unreadable(name: str, content: bytes) -> str | None:
    """Why one file is not what its name says; None where it is."""
    try:
        if name == "bootstrap-token":
            known = re.fullmatch(rb"[a-z0-9]{6}\.[a-z0-9]{16}", content.strip())
            return None if known else "is not of the form abcdef.0123456789abcdef"
        if name == "encryption-key":
            key = base64.b64decode(content.strip(), validate=True)
            return None if len(key) == 32 else "is not 32 bytes in base64"
        if name.endswith("-key.pem"):
            load_pem_private_key(content, password=None)
        elif name == "service-account.pem":
            load_pem_public_key(content)
        else:
            x509.load_pem_x509_certificate(content)
    except (ValueError, TypeError, binascii.Error) as error:
        return f"cannot be read: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
    return None


def _pair(credentials: Tree, public: str) -> bool:
    key = load_pem_private_key(_content(credentials, f"{public}-key.pem"), password=None).public_key()
    content = _content(credentials, f"{public}.pem")
    if public == "service-account":
        return key == load_pem_public_key(content)
    return key == x509.load_pem_x509_certificate(content).public_key()


def _issued(credentials: Tree) -> bool:
    try:
        ca = x509.load_pem_x509_certificate(_content(credentials, "ca.pem"))
        x509.load_pem_x509_certificate(_content(credentials, "admin.pem")).verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _wrong(name: str, what: str) -> Finding:
    return Finding("error", "credentials", Place(f"credentials/{name}"), what, _BRING_BACK)
