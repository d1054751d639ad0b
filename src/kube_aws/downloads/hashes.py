"""The hash that a project publishes beside a binary."""

import hashlib
import re
from typing import Literal
from urllib.parse import urlsplit

from kube_aws.downloads.sites import BUILT, Sites, found
from kube_aws.terminal.error import UserError


def published(url: str, kind: Literal["sha256", "sha512"], sites: Sites) -> tuple[str, bool]:
    """The hash, in hex, from `<url>.<kind>`, which holds it alone or before the file's name; and whether a
    rehearsal's mirror built the file itself.

    Raises UserError where the site does not answer with such a hash for that file.
    """
    answer = found(f"{url}.{kind}", sites)
    text = answer.body.decode(errors="replace").strip()
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    digits = 2 * hashlib.new(kind).digest_size
    match = re.fullmatch(rf"([0-9a-fA-F]{{{digits}}})(\s+\*?(\./)?{re.escape(name)})?", text)
    if match is None:
        long = kind.upper().replace("SHA", "SHA-")
        raise UserError(f"{url}.{kind} holds no {long} of {name}, but {text[:60]!r}")
    return match[1].lower(), BUILT in answer.headers
