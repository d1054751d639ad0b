"""Files of download sites from built programs, with the hash that the sites publish beside them."""

import gzip
import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from kube_aws.rehearsal.components.archive import Entry, write
from kube_aws.rehearsal.components.catalogue.forms import Download


def lay_out(download: Download, url: str, programs: Mapping[str, Path], into: Path) -> str:
    """Make a download and lay it out under `into` as its site has it; answers its hash in hex."""
    file = into / url.removeprefix("https://")
    file.parent.mkdir(parents=True)
    if url.endswith(".tgz"):
        with file.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=1, fileobj=raw, mtime=0) as out:
            write(out, ((path, Entry(programs[name])) for path, name in download.programs.items()))
    else:
        (name,) = download.programs.values()
        os.link(programs[name], file)
    return publish_hash(file, download.hash)


def publish_hash(file: Path, kind: str) -> str:
    """Lay a file's hash beside it, as the sites do; answers it in hex. `kind` is sha256 or sha512."""
    with file.open("rb") as content:
        computed = hashlib.file_digest(content, kind).hexdigest()
    file.with_name(f"{file.name}.{kind}").write_text(f"{computed}  {file.name}\n")
    return computed
