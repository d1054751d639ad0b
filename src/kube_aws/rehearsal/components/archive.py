"""Tar archives whose bytes depend on nothing but their entries."""

import gzip
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

_CAPABLE = b"".join(number.to_bytes(4, "little") for number in (0x02000001, 1 << 10, 0, 0, 0)).decode()
"""The extended attribute of a program that has CAP_NET_BIND_SERVICE (10), permitted and effective.

Source: linux/capability.h, struct vfs_cap_data of revision 2.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What an archive holds at a path: the file `content` (its bytes, or where they lie), a link to `link`,
    or a folder. `capable`: a program that may bind ports below 1024."""

    content: bytes | Path | None = None
    link: str = ""
    mode: int = 0o755
    capable: bool = False


def write(out: IO[bytes] | gzip.GzipFile, entries: Iterable[tuple[str, Entry]]) -> None:
    """Write the archive: entries by path, with the folders above them; all are root's and from 1970."""
    whole = dict(entries)
    for path in list(whole):
        for parent in PurePosixPath(path).parents:
            whole.setdefault(str(parent), Entry())
    whole.pop(".", None)
    with tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(whole):
            _add(archive, path, whole[path])


def _add(archive: tarfile.TarFile, path: str, entry: Entry) -> None:
    info = tarfile.TarInfo(path)
    info.mode = entry.mode
    if entry.capable:
        info.pax_headers = {"SCHILY.xattr.security.capability": _CAPABLE}
    if entry.link:
        info.type, info.linkname, info.mode = tarfile.SYMTYPE, entry.link, 0o777
        archive.addfile(info)
    elif entry.content is None:
        info.type = tarfile.DIRTYPE
        archive.addfile(info)
    elif isinstance(entry.content, bytes):
        info.size = len(entry.content)
        archive.addfile(info, io.BytesIO(entry.content))
    else:
        info.size = entry.content.stat().st_size
        with entry.content.open("rb") as source:
            archive.addfile(info, source)
