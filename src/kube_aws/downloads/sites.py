"""Asking download sites: one HTTPS GET with time limits, retries, redirects and the system's proxy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from kube_aws.terminal.error import UserError

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse, PoolManager

BUILT = "kube-aws-built"
"""The header by which a rehearsal's mirror says that it built a download itself."""

LARGEST_ANSWER = 4 << 20
"""Bytes. Hashes and image indexes have a few KB; the limit is that of a registry's manifest."""


@dataclass(frozen=True, slots=True)
class Sites:
    """How to reach the sites. `bases` puts other beginnings in the place of URLs' own, as a mirror of
    `https://dl.k8s.io` does; times are in seconds."""

    bases: Mapping[str, str] = field(default_factory=dict)
    connect_timeout: float = 5
    read_timeout: float = 15
    retries: int = 3
    pause: float = 0.3

    def at(self, url: str) -> str:
        """Where a URL is really asked for."""
        for base, other in self.bases.items():
            if url.startswith(base):
                return other + url.removeprefix(base)
        return url


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (lower-case names) and body; `url` is where the redirects ended."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes


def get(url: str, sites: Sites, wanted: Mapping[str, str] | None = None) -> Answer:
    """The answer of a site, whatever its status (`wanted` are the request's headers). Raises UserError
    where there is none."""
    from urllib3 import Retry, Timeout
    from urllib3.exceptions import HTTPError

    asked = sites.at(url)
    try:
        response = _pool(asked).request(
            "GET",
            asked,
            headers=dict(wanted or {}),
            preload_content=False,
            timeout=Timeout(connect=sites.connect_timeout, read=sites.read_timeout),
            retries=Retry(
                total=sites.retries + 5,
                connect=sites.retries,
                read=sites.retries,
                status=sites.retries,
                other=sites.retries,
                redirect=5,
                backoff_factor=sites.pause,
                status_forcelist=(429, 500, 502, 503, 504),
                raise_on_status=False,
            ),
        )
        body = _body(response)
    except HTTPError as error:
        raise UserError(f"{urlsplit(asked).hostname} does not answer: {_reason(error)}") from error
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Answer(_end(asked, response), response.status, headers, body)


def found(url: str, sites: Sites) -> Answer:
    """The same where the answer has to be 200. Raises UserError naming the site and its status."""
    return expect(get(url, sites))


def expect(answer: Answer) -> Answer:
    """The answer itself if its status is 200. Raises UserError otherwise."""
    if answer.status != 200:
        raise UserError(f"{urlsplit(answer.url).hostname} answers {answer.status} for {answer.url}")
    return answer


def _pool(url: str) -> PoolManager:
    from urllib3 import PoolManager, ProxyManager

    parts = urlsplit(url)
    proxy = getproxies().get(parts.scheme)
    if proxy and not proxy_bypass(parts.hostname or ""):
        return ProxyManager(proxy)
    return PoolManager()


def _body(response: BaseHTTPResponse) -> bytes:
    try:
        body = response.read(LARGEST_ANSWER + 1)
    finally:
        response.release_conn()
    if len(body) > LARGEST_ANSWER:
        raise UserError(f"{response.geturl()} is larger than {LARGEST_ANSWER:,} bytes")
    return body


def _end(asked: str, response: BaseHTTPResponse) -> str:
    """Where the redirects ended; urllib3 itself only keeps the path of it."""
    for attempt in response.retries.history if response.retries else ():
        asked = urljoin(asked, attempt.redirect_location or "")
    return asked


def _reason(error: Exception) -> str:
    """The innermost reason, without urllib3's names of its own objects before it."""
    while isinstance(inner := getattr(error, "reason", None), Exception):
        error = inner
    return re.sub(r"^\w+\(host=[^)]*\): |^<[^>]*>: ", "", str(error))
