"""What the download sites of one world serve: links to what was made, and the faults of this world alone."""

import hashlib
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from kube_aws.rehearsal.process import RehearsalError

_WHOLE = ".whole"
"""The ending of a file that a fault has set aside."""


def sites(state: Path) -> Path:
    """The folder of a world's sites, each a folder of files under its host's name."""
    return state / "mirror" / "sites"


def hosts(state: Path) -> list[str]:
    """The hosts that have a site in the world."""
    return sorted(host.name for host in sites(state).iterdir())


def lay_out(state: Path, trees: Iterable[Path]) -> None:
    """Make the world's sites of these trees (`<host>/<path>`), in place of what they were. Faults end."""
    new = sites(state).with_name("sites.new")
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    for tree in trees:
        shutil.copytree(tree, new, copy_function=_link, dirs_exist_ok=True)
    shutil.rmtree(sites(state), ignore_errors=True)
    new.rename(sites(state))


def spoil(state: Path, name: str) -> None:
    """Serve other bytes than the true ones under a URL or image reference. Raises RehearsalError where the
    world's sites have no such thing."""
    for file in _files(state, name):
        _set_aside(file)
        file.write_bytes(b"not what it was\n")


def withhold(state: Path, name: str) -> None:
    """Answer 404 for a URL or image reference. Raises RehearsalError where the sites have no such thing."""
    for file in _files(state, name):
        _set_aside(file)


def restore(state: Path, name: str) -> None:
    """End the fault of a URL or image reference. Raises RehearsalError where the sites have no such thing."""
    for file in _files(state, name):
        if (whole := _whole(file)).exists():
            whole.replace(file)


def _files(state: Path, name: str) -> list[Path]:
    """The files of a download, or of an image's index: under its digest if that is named, else under its tag
    too."""
    if name.startswith("https://"):
        files = [sites(state) / name.removeprefix("https://")]
    else:
        reference, _, pinned = name.partition("@")
        host, _, rest = reference.partition("/")
        repository, _, tag = rest.rpartition(":")
        folder = sites(state) / host / "v2" / repository / "manifests"
        files = [
            file.with_name(file.name.removesuffix(_WHOLE)) for file in folder.glob(f"{pinned or tag}.*-*")
        ]
        if not pinned:
            files += [file.with_name(f"{_digest(file)}{file.suffix}") for file in files]
    if not files or not all(file.exists() or _whole(file).exists() for file in files):
        raise RehearsalError(f"the rehearsal's sites have no {name}")
    return files


def _digest(file: Path) -> str:
    content = (_whole(file) if _whole(file).exists() else file).read_bytes()
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def _whole(file: Path) -> Path:
    return file.with_name(file.name + _WHOLE)


def _set_aside(file: Path) -> None:
    if _whole(file).exists():
        file.unlink(missing_ok=True)
    else:
        file.rename(_whole(file))


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # the cache and the state folder may be on two file systems
        shutil.copyfile(source, target)
