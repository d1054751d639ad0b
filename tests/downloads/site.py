"""A site on loopback that answers as download sites and registries do, and misbehaves when told to."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kube_aws.downloads.sites import Sites

TOKEN = "anonymous-reader"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


@dataclass
class Site:
    """`files` by path; `redirects` from a path to another; `guarded` beginnings of paths that want a
    token; `broken` paths: a status, or "cut" for a connection that ends in the middle."""

    address: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    guarded: tuple[str, ...] = ()
    broken: dict[str, list[int | str]] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    silent: threading.Event = field(default_factory=threading.Event)

    def sites(self, *bases: str, **options: float) -> Sites:
        """Lookups of these bases lead here; impatient, as a test has to be."""
        impatient = {"connect_timeout": 2, "read_timeout": 2, "retries": 2, "pause": 0} | options
        return Sites(bases=dict.fromkeys(bases, self.address), **impatient)  # type: ignore[arg-type]

    def image(self, repository: str, tag: str, **manifest: object) -> str:
        """Serve an image's index; returns its digest."""
        body = json.dumps(manifest or {"schemaVersion": 2, "manifests": [{"digest": tag}]}).encode()
        path = f"/v2/{repository}/manifests/{tag}"
        digest = f"sha256:{sha256(body).hexdigest()}"
        self.files[path] = body
        self.headers[path] = {"Content-Type": INDEX_TYPE, "Docker-Content-Digest": digest}
        return digest


@contextmanager
def serving() -> Iterator[Site]:
    """The site while it answers."""
    site = Site()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, site)) as server:
        site.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.silent.set()
            server.shutdown()
            thread.join()


class Handler(BaseHTTPRequestHandler):
    def __init__(self, site: Site, *arguments: Any) -> None:
        self.site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        site, path = self.site, self.path
        site.asked[path] += 1
        if failures := site.broken.get(path.partition("?")[0]):
            self.fail(failures.pop(0))
        elif path.startswith("/token?"):
            self.answer(200, json.dumps({"token": TOKEN}).encode())
        elif path.startswith(site.guarded) and self.headers["Authorization"] != f"Bearer {TOKEN}":
            realm = f'Bearer realm="{site.address}/token",service="ghcr.io",scope="repository:any:pull"'
            self.answer(401, b"{}", {"WWW-Authenticate": realm})
        elif path in site.redirects:
            self.answer(307, b"", {"Location": site.redirects[path]})
        elif path in site.files:
            self.answer(200, site.files[path], site.headers.get(path, {}))
        else:
            self.answer(404, b"<html>no such thing</html>")

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def fail(self, how: int | str) -> None:
        if how == "slow":
            self.site.silent.wait(20)
        elif how == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"only the beginning")
            self.close_connection = True
        else:
            self.answer(int(how), b"not now")

    def log_message(self, *_: object) -> None:
        pass
