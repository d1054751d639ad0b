"""Bringing the files of a cluster's folder up to date with its cluster.yaml."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath

from kube_aws import __version__
from kube_aws.artefacts import baseline as rendered_lock
from kube_aws.artefacts import folder as on_disk
from kube_aws.artefacts.assemble import subtree
from kube_aws.artefacts.baseline import Baseline, digest
from kube_aws.artefacts.reconcile import Reconciliation, as_it_lies, beside, reconcile
from kube_aws.artefacts.render import render as rendering
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.authorities import Authorities, authorities, fingerprints
from kube_aws.finding import Finding, Place
from kube_aws.operations.authorities import public
from kube_aws.operations.connect import Connect
from kube_aws.operations.inputs import RELEASE_LOCK, Inputs, inputs
from kube_aws.operations.lock import completed, required
from kube_aws.release.lock import Lock
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

_HIDDEN = PurePosixPath("credentials/.gitignore")
_RENDER_FIRST = 'Use the "kube-aws render" command first.'


@dataclass(frozen=True, slots=True)
class Current:
    """A folder as the next command takes it: cluster.yaml's edits applied, people's edits kept.

    `findings` are cluster.yaml's warnings, the near end of the admin's certificate, an error for each
    `<file>.new`, a warning for each rendered file that was deleted, and a word on files that another
    version of the tool has rendered. `credentials` is None in a clone without them; `baseline` is what
    rendered.lock has to hold.
    """

    cluster: Cluster
    lock: Lock
    credentials: Tree | None
    baseline: Baseline
    reconciliation: Reconciliation
    findings: tuple[Finding, ...]

    @property
    def disk(self) -> Tree:
        """What lies in the folder once `render` or `refresh` has written: check and assemble this."""
        return self.reconciliation.result

    @property
    def stale(self) -> tuple[str, ...]:
        """The files that `render` would write or remove, sorted; empty where all is up to date."""
        return tuple(sorted(map(str, {*self.reconciliation.write, *self.reconciliation.remove})))


@dataclass(frozen=True, slots=True)
class Rendered:
    """What `render` or `refresh` did. `before` is what lay there, `first` whether nothing was rendered
    before; `replaced` names the folder in which older credentials are kept."""

    current: Current
    before: Tree
    made_lock: bool
    made_credentials: bool
    first: bool = False
    replaced: str | None = None

    @property
    def written(self) -> tuple[str, ...]:
        """The files that were written or removed, sorted."""
        made = ("release.lock",) if self.made_lock else ()
        return (*made, *self.current.stale)


def current(folder: Path) -> Current:
    """What `render` would leave, worked out in memory: nothing is written, looked up or made.

    Raises UserError for an invalid cluster.yaml (with all its findings), an incomplete lock,
    credentials that do not fit, and a folder in which nothing was rendered yet.
    """
    return _kept_version(inputs(folder, required))


def refresh(folder: Path, connect: Connect) -> Rendered:
    """Let edits of cluster.yaml take effect, as `up` does: never makes credentials, and leaves files
    of another version of the tool as they lie.

    Raises UserError as `current`, and where another version's files are older than cluster.yaml.
    """
    with on_disk.alone(folder):
        given = inputs(folder, lambda cluster, lock: completed(cluster, lock, connect))
        now = _kept_version(given)
        for finding in now.findings:
            if finding.id == "outdated":
                raise UserError(finding.what, finding.next_step, place=finding.place)
        made_lock = _write_lock(folder, given)
        _write(folder, given, now)
    return Rendered(now, given.disk, made_lock, made_credentials=False)


def render(
    folder: Path,
    connect: Connect,
    *,
    reset: Collection[str] = (),
    new_credentials: bool = False,
) -> Rendered:
    """Render the folder: look up what release.lock lacks, make credentials once, write what changed.

    `connect` gives the session with which machine images are looked up, if any are missing. `reset`
    names files or folders whose edits give way to the tool's version. Everything is worked out before
    the first file is written. Raises UserError.
    """
    with on_disk.alone(folder):
        given = inputs(folder, lambda cluster, lock: completed(cluster, lock, connect))
        known = None if new_credentials else public(given.credentials, given.disk, given.baseline)
        made = None
        if known is None:
            made = _make_credentials(given.cluster)
            known = authorities(made)
        now = _reconciled(replace(given, credentials=made or given.credentials), known, reset)
        replaced = _write_credentials(folder, given.credentials, made) if made else None
        made_lock = _write_lock(folder, given)
        _write(folder, given, now)
    first = given.baseline is None
    return Rendered(now, given.disk, made_lock, made is not None, first, replaced)


def _kept_version(given: Inputs) -> Current:
    """The folder as this version of the tool renders it, or as it lies if another version did."""
    known = public(given.credentials, given.disk, given.baseline)
    if known is None:
        raise UserError("nothing is rendered here yet", _RENDER_FIRST)
    if given.baseline is None or given.baseline.version == __version__:
        return _reconciled(given, known)
    return Current(
        cluster=given.cluster,
        lock=given.lock,
        credentials=given.credentials,
        baseline=given.baseline,
        reconciliation=as_it_lies(given.disk, given.pending, given.baseline),
        findings=(*_warnings(given), _other_version(given, given.baseline), *_conflicts(given.pending)),
    )


def _reconciled(given: Inputs, known: Authorities, reset: Collection[str] = ()) -> Current:
    new = rendering(given.cluster, given.lock, known)
    reconciliation = reconcile(
        new, given.disk, given.baseline, pending=given.pending, reset=_named(reset, new)
    )
    left = {beside(path) for path in reconciliation.having("conflict")}
    return Current(
        cluster=given.cluster,
        lock=given.lock,
        credentials=given.credentials,
        baseline=Baseline(
            version=__version__,
            # A clone knows only one of them, and keeps the record of the others.
            authorities={**(given.baseline.authorities if given.baseline else {}), **fingerprints(known)},
            inputs=given.hashes,
            files=reconciliation.files,
        ),
        reconciliation=reconciliation,
        findings=(*_warnings(given), *_conflicts(left), *_deleted(reconciliation)),
    )


def _deleted(reconciliation: Reconciliation) -> Iterator[Finding]:
    """What a person deleted stays deleted; a role without any file is a mistake."""
    bare = [PurePosixPath("userdata", role) for role in ROLES if not subtree(reconciliation.result, role)]
    for folder in bare:
        what = f"no {folder.name} can boot: all its files were deleted"
        yield Finding("error", "no-files", Place(str(folder)), what, f"kube-aws render --reset {folder}")
    for path in reconciliation.having("deleted"):
        if not any(path.is_relative_to(folder) for folder in bare):
            what = "is left out, because it was deleted here"
            yield Finding("warning", "left-out", Place(str(path)), what, f"kube-aws render --reset {path}")


def _warnings(given: Inputs) -> tuple[Finding, ...]:
    if given.credentials is None:
        return given.warnings
    from kube_aws.credentials.verify import expiry

    return (*given.warnings, *expiry(given.credentials, datetime.now(UTC)))


def _named(reset: Collection[str], new: Tree) -> set[PurePosixPath]:
    """The rendered files that `--reset` names, each by itself or by a folder above it."""
    chosen: set[PurePosixPath] = set()
    for name in reset:
        given = PurePosixPath(name)
        matching = {path for path in new if given == path or given in path.parents}
        if not matching:
            raise UserError(
                f"--reset {name}: no file of that name is rendered",
                "Name a rendered file or folder as it lies in the cluster's folder: userdata/worker/etc/…",
                exit_status=2,
            )
        chosen |= matching
    return chosen


def _conflicts(left: Collection[PurePosixPath]) -> list[Finding]:
    return [
        Finding(
            "error",
            "conflict",
            Place(str(path)),
            f"a newer rendering waits beside your edit of {path.name.removesuffix('.new')}",
            f"Take over what you need of it and delete it, or move it over {path.name.removesuffix('.new')}.",
        )
        for path in sorted(left)
    ]


def _other_version(given: Inputs, baseline: Baseline) -> Finding:
    place = Place(str(rendered_lock.NAME))
    told = f"kube-aws {baseline.version} has rendered these files, this is {__version__}"
    changed = [name for name, hexed in given.hashes.items() if baseline.inputs.get(name) != hexed]
    if changed or baseline.underway:
        what = f"{told}; {' and '.join(changed) or 'the folder'} changed since"
        return Finding("error", "outdated", place, what, _RENDER_FIRST)
    return Finding("warning", "other-version", place, f"{told}; they are used as they lie")


def _make_credentials(cluster: Cluster) -> Tree:
    from kube_aws.credentials.create import create

    return create(cluster.cluster_name, datetime.now(UTC))


def _write_credentials(folder: Path, old: Tree | None, new: Tree) -> str | None:
    """Older credentials are renamed, never removed. A run killed in between leaves them so."""
    replaced = None
    if old is not None:
        replaced = f"credentials.old-{sha256(b''.join(f.content for f in old.values())).hexdigest()[:8]}"
        on_disk.rename(folder, "credentials", replaced)
    on_disk.write_folder(folder, "credentials", new)
    return replaced


def _write_lock(folder: Path, given: Inputs) -> bool:
    if on_disk.read_file(folder, RELEASE_LOCK) == given.lock_content:
        return False
    on_disk.write(folder, {PurePosixPath(RELEASE_LOCK): File(given.lock_content)})
    return True


def _write(folder: Path, given: Inputs, now: Current) -> None:
    """Write the files between two versions of rendered.lock. The first says what is underway, so that
    after a kill at any point the same command takes nothing it wrote for a person's edit."""
    if now.credentials is not None and not (folder / _HIDDEN).exists():
        on_disk.write(folder, {_HIDDEN: File(b"*\n")})  # keys brought by hand stay out of git, too
    todo = now.reconciliation
    busy = bool(todo.write or todo.remove)
    if busy:
        before = given.baseline.files if given.baseline else {}
        old = {**given.disk, **given.pending}
        underway = replace(
            now.baseline,
            files={**before, **{path: digest(file) for path, file in todo.write.items()}},
            underway={path: digest(old[path]) if path in old else None for path in todo.write},
        )
        _write_baseline(folder, underway)
        on_disk.write(folder, todo.write)
        on_disk.remove(folder, sorted(todo.remove))
    if busy or now.baseline != given.baseline:
        _write_baseline(folder, now.baseline)


def _write_baseline(folder: Path, baseline: Baseline) -> None:
    on_disk.write(folder, {rendered_lock.NAME: File(rendered_lock.write(baseline))})
