"""Questions to the cluster's own API."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether the API says it is ready, after how many milliseconds, and otherwise why not."""

    ready: bool
    milliseconds: int
    reason: str = ""


class RefusedError(Exception):
    """The API answers, but not what was asked: its status, and its words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"HTTP {status}: {reason}")
        self.status = status
        self.reason = reason


class Api:
    """`https://<name>`, trusted only if the cluster's authority vouches for it; connections are kept.

    `credentials` is a folder with ca.pem, and with admin.pem and admin-key.pem for what needs an
    admin (`as_admin`). A call takes about `seconds` at the most, but for the name's resolution.
    """

    def __init__(self, name: str, credentials: Path, seconds: float = 2.0) -> None:
        from urllib3 import PoolManager, ProxyManager, Timeout

        certificate, key = credentials / "admin.pem", credentials / "admin-key.pem"
        self.name = name
        self.as_admin = certificate.exists() and key.exists()
        self._seconds = seconds
        given: dict[str, Any] = {
            "ca_certs": str(credentials / "ca.pem"),
            "timeout": Timeout(connect=seconds, read=seconds),
            "retries": False,
        }
        if self.as_admin:
            given |= {"cert_file": str(certificate), "key_file": str(key)}
        proxy = getproxies().get("https")
        through = proxy and not proxy_bypass(urlsplit(f"https://{name}").hostname or "")
        self._pool = ProxyManager(str(proxy), **given) if through else PoolManager(**given)

    def ready(self) -> Answer:
        """Ask /readyz, which is open to everyone.

        Source: Kubernetes, "Kubernetes API health endpoints".
        """
        started = time.monotonic()
        try:
            status = self._ask("/readyz").status
            reason = "" if status == 200 else f"not ready (HTTP {status})"
        except ConnectionError as error:
            reason = str(error)
        return Answer(not reason, int(1000 * (time.monotonic() - started)), reason)

    def get(self, path: str) -> dict[str, Any]:
        """The object at a path, as the admin. RefusedError where the API does not give it,
        ConnectionError where it does not answer."""
        return self._answered("GET", path)

    def delete(self, path: str) -> None:
        """Have the object at a path deleted, as the admin; what its finalizers do takes longer. Errors as
        `get`."""
        self._answered("DELETE", path)

    def _answered(self, method: str, path: str) -> dict[str, Any]:
        response = self._ask(path, method)
        try:
            told: dict[str, Any] = response.json()
        except ValueError:
            told = {}
        if response.status not in (200, 202):
            raise RefusedError(response.status, told.get("message") or response.reason or "")
        return told

    def _ask(self, path: str, method: str = "GET") -> BaseHTTPResponse:
        from urllib3.exceptions import HTTPError

        try:
            return self._pool.request(method, f"https://{self.name}{path}")
        except HTTPError as error:
            raise ConnectionError(_reason(error, self._seconds)) from error


def _reason(error: Exception, seconds: float) -> str:
    """What urllib3 met, in a few words."""
    import ssl

    from urllib3 import exceptions

    match error, error.args[-1] if error.args else None:
        case exceptions.ProxyError(), inner:
            reason = f"the proxy does not lead there: {_last(str(inner))}"
        case exceptions.NameResolutionError(), _:
            reason = "the name does not resolve"
        case exceptions.NewConnectionError(), _:
            reason = _last(str(error))
        case exceptions.TimeoutError(), _:
            reason = f"no answer in {seconds:g} s"
        case _, ssl.SSLCertVerificationError(verify_message=str(why)):
            reason = f"its certificate is not the cluster's: {why}"
        case exceptions.SSLError(), inner:
            reason = f"it does not speak TLS as the cluster does: {inner}"
        case _, OSError(strerror=str(why)):
            reason = why
        case _:
            reason = f"it does not speak HTTP: {error}"
    return reason


def _last(message: str) -> str:
    """`Connection refused` of `HTTPSConnection(…): Failed to establish a new connection: [Errno 111] …`."""
    return re.sub(r"^\[Errno -?\d+\] ", "", message.rpartition(": ")[2])
