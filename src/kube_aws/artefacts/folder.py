"""The cluster's folder on disk: reading its artefacts, and the one atomic writer."""

import fcntl
import os
import re
import secrets
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from fnmatch import translate
from pathlib import Path, PurePosixPath

from kube_aws.credentials.roles import FILES
from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

GIT_ATTRIBUTES = PurePosixPath("userdata/.gitattributes")

LARGEST_FILE = 1 << 20
"""A node's files fit in 16 KiB packed: what is larger than this lies in userdata/ by mistake."""

_LEFTOVER = ".kube-aws-*.tmp"
"""Names of what a killed run leaves; for folders and files alike."""

_NEVER_PACKED = re.compile(
    "|".join(
        map(translate, ("*.orig", "*.rej", "*~", "*.sw[op]", ".#*", "#*#", ".DS_Store", ".git*", _LEFTOVER))
    )
)
_PRIVATE = frozenset({"kubeconfig", "kubeconfig.new", "credentials"})


def read(folder: Path) -> Tree:
    """stack-template.json, kubeconfig and userdata/…, without conflicts and editors' files.

    Raises UserError for what no node could receive: a link that leaves userdata/, a folder behind a
    link, a socket, a very large or unreadable file.
    """
    return {path: _read(folder, path) for path in _artefacts(folder) if path.suffix != ".new"}


def conflicts(folder: Path) -> Tree:
    """Every `<file>.new` beside an artefact. Raises UserError as `read`."""
    return {path: _read(folder, path) for path in _artefacts(folder) if path.suffix == ".new"}


def read_file(folder: Path, name: str) -> bytes | None:
    """One file at the top of the folder; None if it does not exist."""
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _cannot("read", PurePosixPath(name), error) from error


def read_credentials(folder: Path) -> Tree | None:
    """The files of credentials/ that exist; None if the folder itself does not, as in a clone."""
    if not (folder / "credentials").exists():
        return None
    found = {name: read_file(folder, f"credentials/{name}") for name in FILES}
    return {PurePosixPath(name): File(content) for name, content in found.items() if content is not None}


def write(folder: Path, tree: Tree) -> None:
    """Write files so that each is the old one or the new one, whole, at any moment.

    All contents reach the disk before the first file takes its place: a full disk changes nothing.
    """
    staged: list[tuple[Path, PurePosixPath]] = []
    for path, file in tree.items():
        try:
            staged.append((_stage(folder / path, file, _mode(path, file)), path))
        except OSError as error:
            for temporary, _ in staged:
                temporary.unlink(missing_ok=True)
            raise _cannot("write", path, error) from error
    for temporary, path in staged:
        try:
            temporary.replace(folder / path)
        except OSError as error:
            raise _cannot("write", path, error) from error
    _sync_folders({(folder / path).parent for path in tree})


def create(folder: Path, name: str, content: bytes) -> None:
    """Make a new private file (0600): it appears whole or not at all. Raises FileExistsError, and what
    else the system has against it."""
    temporary = folder / _temporary_name()
    try:
        _fill(temporary, content, 0o600)
        (folder / name).hardlink_to(temporary)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folders({folder})


def write_folder(folder: Path, name: str, tree: Tree) -> None:
    """Make a new folder of private files (0700, files 0600): it appears whole or not at all."""
    temporary = folder / _temporary_name()
    try:
        temporary.mkdir(mode=0o700)
        for path, file in tree.items():
            _fill(temporary / path, file.content, 0o600)
        _sync_folders({temporary})
        temporary.rename(folder / name)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise _cannot("write", PurePosixPath(name), error) from error
    _sync_folders({folder})


def rename(folder: Path, name: str, other: str) -> None:
    """Give a file or folder at the top another name, which nothing else has."""
    try:
        (folder / name).rename(folder / other)
    except OSError as error:
        raise _cannot(f"rename to {other}", PurePosixPath(name), error) from error
    _sync_folders({folder})


def remove(folder: Path, paths: Iterable[PurePosixPath]) -> None:
    """Remove files, and the folders that become empty by that."""
    for path in paths:
        try:
            (folder / path).unlink(missing_ok=True)
            for parent in path.parents[:-1]:
                with suppress(OSError):  # it holds something else, and stays
                    (folder / parent).rmdir()
        except OSError as error:
            raise _cannot("remove", path, error) from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other kube-aws processes from writing here, and clean up after killed ones.

    Raises UserError where another one is writing.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UserError(
                f"another kube-aws is writing in {folder.resolve()}", "Wait until it is done."
            ) from error
        _clean(folder)
        yield
    finally:
        os.close(descriptor)


def _artefacts(folder: Path) -> Iterator[PurePosixPath]:
    for name in ("kubeconfig", "kubeconfig.new", "stack-template.json", "stack-template.json.new"):
        if (folder / name).exists():
            yield PurePosixPath(name)
    if (folder / "userdata").is_symlink():
        raise _unusable(PurePosixPath("userdata"), "is a link")
    if (folder / "userdata").exists():
        yield from _walk(folder, PurePosixPath("userdata"))


def _walk(folder: Path, within: PurePosixPath) -> Iterator[PurePosixPath]:
    try:
        entries = sorted(os.scandir(folder / within), key=lambda entry: entry.name)
    except OSError as error:
        raise _cannot("read", within, error) from error
    for entry in entries:
        path = within / entry.name
        if path != GIT_ATTRIBUTES and _NEVER_PACKED.match(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(folder, path)
        else:
            yield path


def _read(folder: Path, path: PurePosixPath) -> File:
    try:
        real = (folder / path).resolve(strict=True)
        if (folder / path).is_symlink() and not real.is_relative_to(folder.resolve() / path.parts[0]):
            raise _unusable(path, f"is a link that leaves {path.parts[0]}")
        about = real.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _unusable(path, "is no regular file")
        if about.st_size > LARGEST_FILE:
            raise _unusable(path, f"has {about.st_size:,} bytes, more than a node can receive")
        return File(real.read_bytes(), executable=bool(about.st_mode & stat.S_IXUSR))
    except (OSError, RuntimeError) as error:  # RuntimeError: a link to itself, before Python 3.13
        raise _cannot("read", path, error) from error


def _stage(target: Path, file: File, mode: int) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / _temporary_name()
    try:
        _fill(temporary, file.content, mode)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _fill(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        os.fchmod(descriptor, mode)  # whatever the umask is
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)


def _sync_folders(folders: set[Path]) -> None:
    """Make the renames last. Source: fsync(2), on the folder that holds the file."""
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _clean(folder: Path) -> None:
    for leftover in folder.glob(_LEFTOVER):
        if leftover.is_dir():
            shutil.rmtree(leftover)
        else:
            leftover.unlink()
    for inside in ("userdata", "credentials"):
        for leftover in (folder / inside).rglob(_LEFTOVER):
            leftover.unlink()


def _temporary_name() -> str:
    return f".kube-aws-{secrets.token_hex(6)}.tmp"


def _mode(path: PurePosixPath, file: File) -> int:
    if path.parts[0] in _PRIVATE or path.name.endswith(".stack-template.json"):
        return 0o600
    return 0o755 if file.executable else 0o644


def _cannot(verb: str, path: PurePosixPath, error: Exception) -> UserError:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return UserError(f"cannot {verb} it: {reason}", place=Place(str(path)))


def _unusable(path: PurePosixPath, what: str) -> UserError:
    return UserError(what, "Replace it by a regular file, or move it away.", place=Place(str(path)))
