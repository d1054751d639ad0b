"""The copy of a folder that a rehearsal works on: rendered anew with a lock of the world's own, and the
edits of a person over it."""

import shutil
from pathlib import Path, PurePosixPath

import click


def begin_copy(folder: Path, copy: Path) -> None:
    """What `render` begins with, but for the lock: hashes and machine images are looked up in the world."""
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir(mode=0o700, parents=True)
    shutil.copy2(folder / "cluster.yaml", copy)
    if (folder / "credentials").exists():
        shutil.copytree(folder / "credentials", copy / "credentials", symlinks=True)


def carry_edits(folder: Path, copy: Path) -> None:
    """Bring what a person changed, added or removed in `folder` into the rendered `copy`, with the world's
    hashes and machine images for those of the folder's lock; how many differ is told.

    Raises UserError for a file that no node could receive.
    """
    from kube_aws.artefacts import baseline
    from kube_aws.artefacts.folder import conflicts, read, read_file, remove, write
    from kube_aws.tree import File

    rendered = read_file(folder, str(baseline.NAME))
    if rendered is None:
        return
    before = baseline.read(rendered).files
    disk = {**read(folder), **conflicts(folder)}
    own, rehearsed = _pinned(folder), _pinned(copy)
    edited: dict[PurePosixPath, File] = {}
    for path, file in disk.items():
        if before.get(path) != baseline.digest(file):
            content = file.content
            for name, value in own.items():
                content = content.replace(value.encode(), rehearsed.get(name, value).encode())
            edited[path] = File(content, file.executable)
    write(copy, edited)
    remove(copy, before.keys() - disk.keys())
    if own and (differing := sum(own.get(name) != value for name, value in rehearsed.items())):
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
