"""Downloads from their official sites, where those can be reached."""

import urllib.request
from http.client import HTTPException
from pathlib import Path
from shutil import copyfileobj

from kube_aws.rehearsal.components.downloads import publish_hash
from kube_aws.rehearsal.process import RehearsalError

PROBE = "https://dl.k8s.io/release/v1.37.2/bin/linux/amd64/kubelet.sha512"
"""What is asked for to see whether the sites can be reached."""


def reachable(probe: str = PROBE) -> bool:
    """Whether the official sites answer from here, within three seconds."""
    try:
        with urllib.request.urlopen(urllib.request.Request(probe, method="HEAD"), timeout=3):  # noqa: S310
            return True
    except (OSError, HTTPException):
        return False


def download(url: str, into: Path, kind: str) -> str:
    """Fetch a file and lay it out under `into` as its site has it; answers its hash in hex. `kind` is sha256
    or sha512.

    Raises RehearsalError where the site does not give it, or with another hash than it tells.
    """
    file = into / url.partition("://")[2]
    file.parent.mkdir(parents=True)
    try:
        with urllib.request.urlopen(f"{url}.{kind}", timeout=30) as answer:  # noqa: S310
            told = str(answer.read(1000), "ascii").split()[0].lower()
        with urllib.request.urlopen(url, timeout=30) as answer, file.open("wb") as out:  # noqa: S310
            copyfileobj(answer, out, 1 << 20)
    except (OSError, HTTPException, IndexError, UnicodeDecodeError) as error:
        raise RehearsalError(f"cannot download {url}: {error}", "try again") from error
    if publish_hash(file, kind) != told:
        raise RehearsalError(f"{url} has another hash than its site tells", "try again")
    return told
