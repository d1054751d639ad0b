"""The SHA-512 that a project publishes beside a binary."""

import re
from urllib.parse import urlsplit

from kube_aws.downloads.sites import BUILT, Sites, found
from kube_aws.terminal.error import UserError


def sha512(url: str, sites: Sites) -> tuple[str, bool]:
    """The hash, in hex, from `<url>.sha512`, which holds it alone or before the file's name; and whether a
    rehearsal's mirror built the file itself.

    Raises UserError where the site does not answer with such a hash for that file.
    """
    answer = found(f"{url}.sha512", sites)
    text = answer.body.decode(errors="replace").strip()
    name = urlsplit(url).path.rsplit("/", 1)[-1]
    match = re.fullmatch(rf"([0-9a-fA-F]{{128}})(\s+\*?(\./)?{re.escape(name)})?", text)
    if match is None:
        raise UserError(f"{url}.sha512 holds no SHA-512 of {name}, but {text[:60]!r}")
    return match[1].lower(), BUILT in answer.headers
