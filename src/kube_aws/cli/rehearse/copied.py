"""The copy of a folder that a rehearsal works on: rendered anew with a lock of the world's own, and the
edits of a person over it."""

import shutil
from collections.abc import Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import click

from kube_aws.tree import File, Tree


@dataclass(frozen=True, slots=True)
class Edits:
    """Of a folder: files that a person changed or added, those removed, and what its lock pins, by name."""

    changed: Tree
    removed: Set[PurePosixPath]
    pinned: Mapping[str, str]


def begin_copy(folder: Path, copy: Path) -> None:
    """What `render` begins with, but for the lock: hashes and machine images are looked up in the world."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700, parents=True)
    shutil.copy2(folder / "cluster.yaml", copy)
    if (folder / "credentials").exists():
        shutil.copytree(folder / "credentials", copy / "credentials", symlinks=True)


def edits(folder: Path) -> Edits:
    """What a person changed, added or removed in `folder` since it was rendered.

    Raises UserError for a file that no node could receive, and where the folder's locks cannot be read.
    """
    from kube_aws.artefacts import baseline
    from kube_aws.artefacts.folder import conflicts, read, read_file

    rendered = read_file(folder, str(baseline.NAME))
    if rendered is None:
        return Edits({}, frozenset(), {})
    before = baseline.read(rendered).files
    disk = {**read(folder), **conflicts(folder)}
    changed = {path: file for path, file in disk.items() if before.get(path) != baseline.digest(file)}
    return Edits(changed, before.keys() - disk.keys(), _pinned(folder))


def carry(own: Edits, copy: Path) -> None:
    """Bring the edits into the rendered `copy`, with the world's hashes and machine images for those of the
    folder's lock; how many differ is told."""
    from kube_aws.artefacts.folder import remove, write

    rehearsed = _pinned(copy)
    carried: dict[PurePosixPath, File] = {}
    for path, file in own.changed.items():
        content = file.content
        for name, value in own.pinned.items():
            content = content.replace(value.encode(), rehearsed.get(name, value).encode())
        carried[path] = File(content, file.executable)
    write(copy, carried)
    remove(copy, own.removed)
    differing = sum(own.pinned.get(name) != value for name, value in rehearsed.items())
    if own.pinned and differing:
        click.echo(
            f"  {differing} of {len(rehearsed)} entries differ from release.lock:"
            " built here, or machine images of the embedded AWS.",
            err=True,
        )


def _pinned(folder: Path) -> dict[str, str]:
    """What a folder's lock pins, by name: hashes, digests, ids of machine images."""
    from kube_aws.release.lock import read

    if not (folder / "release.lock").exists():
        return {}
    lock = read((folder / "release.lock").read_bytes())
    return {
        **{name: one.id for name, one in lock.machine_images.items()},
        **{name: one.sha512 or one.sha256 for name, one in lock.binaries.items()},
        **{name: one.digest for name, one in lock.images.items()},
    }
