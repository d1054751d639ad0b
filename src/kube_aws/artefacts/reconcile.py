"""What a new rendering means for a folder that people edit. Pure: nothing is read or written here.

With D on disk, N the new rendering and B the rendering before:

    D = N                   unchanged
    D = B                   changed: N is written
    D ≠ B, N = B            edited: D is kept
    all different           conflict: D is kept, N is written beside it as `<file>.new`
    no D, no B              written
    no D, but B             deleted by a person, and stays deleted
    no N, D = B             removed: it is rendered no more
    no N, D ≠ B             kept: rendered no more, but edited
    only D                  own: a person's own file
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from kube_aws.artefacts.baseline import Baseline, digest
from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import File, Tree

State = Literal["written", "changed", "unchanged", "edited", "conflict", "deleted", "removed", "kept", "own"]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What to do, and what lies in the folder then.

    `write` (conflicts as `<file>.new`) and `remove` make the folder hold `result`; `files` is the next
    baseline's. `states` says of every file why.
    """

    states: Mapping[PurePosixPath, State]
    write: Tree
    remove: frozenset[PurePosixPath]
    result: Tree
    files: Mapping[PurePosixPath, str]

    def having(self, state: State) -> list[PurePosixPath]:
        """The files in this state, sorted."""
        return sorted(path for path, found in self.states.items() if found == state)


def beside(path: PurePosixPath) -> PurePosixPath:
    """Where the tool's version of a file in conflict lies: `<file>.new`."""
    return path.with_name(f"{path.name}.new")


def reconcile(
    new: Tree,
    disk: Tree,
    baseline: Baseline | None,
    *,
    pending: Tree | None = None,
    reset: Collection[PurePosixPath] = (),
) -> Reconciliation:
    """Decide for each file. `pending` are the `*.new` that lie on disk; `reset` takes the tool's version.

    Raises UserError where a `*.new` holds a person's edits and a newer one has to take its place.
    """
    pending = pending or {}
    states = {
        path: _state(path, new.get(path), disk.get(path), baseline, path in reset)
        for path in sorted({*new, *disk})
    }
    write = {path: new[path] for path, state in states.items() if state in {"written", "changed"}}
    remove = {path for path, state in states.items() if state == "removed"}
    for path, state in states.items():
        if state == "conflict" and pending.get(beside(path)) != new[path]:
            _refuse_to_replace_edits(path, pending.get(beside(path)), baseline)
            write[beside(path)] = new[path]
    for path, file in pending.items():
        about = path.with_name(path.name.removesuffix(".new"))
        settled = states.get(about) in {"written", "changed", "unchanged"}
        if settled and digest(file) in {*_ours_beside(about, baseline), digest(new[about])}:
            remove.add(path)
        else:
            states[about] = "conflict"
    taken = {path: file for path, file in write.items() if path in new}
    return Reconciliation(
        states=states,
        write=write,
        remove=frozenset(remove),
        result={path: file for path, file in {**disk, **taken}.items() if path not in remove},
        files={path: digest(file) for path, file in new.items()},
    )


def as_it_lies(disk: Tree, pending: Tree, baseline: Baseline) -> Reconciliation:
    """Change nothing: the files are another version's, and only `render` takes them on."""
    return Reconciliation(
        states={path.with_name(path.name.removesuffix(".new")): "conflict" for path in pending},
        write={},
        remove=frozenset(),
        result=disk,
        files=baseline.files,
    )


def _state(
    path: PurePosixPath, new: File | None, disk: File | None, baseline: Baseline | None, reset: bool
) -> State:
    """The table above. What a killed render found (`underway`) counts as B beside what it wrote."""
    before = _ours(path, baseline)
    if disk is None:
        interrupted = baseline is not None and baseline.underway.get(path, "") is None
        return "written" if reset or interrupted or not before else "deleted"
    if new is None:
        return "own" if not before else "removed" if digest(disk) in before else "kept"
    if disk == new:
        return "unchanged"
    if reset or digest(disk) in before:
        return "changed"
    return "edited" if baseline and baseline.files.get(path) == digest(new) else "conflict"


def _ours(path: PurePosixPath, baseline: Baseline | None) -> set[str]:
    """Digests under which this file is what the tool itself has written."""
    if baseline is None:
        return set()
    return {d for d in (baseline.files.get(path), baseline.underway.get(path)) if d is not None}


def _ours_beside(path: PurePosixPath, baseline: Baseline | None) -> set[str]:
    """The same of its `<file>.new`: the last rendering, or that of a killed render."""
    return _ours(path, baseline) | _ours(beside(path), baseline)


def _refuse_to_replace_edits(path: PurePosixPath, pending: File | None, baseline: Baseline | None) -> None:
    if pending is not None and digest(pending) not in _ours_beside(path, baseline):
        raise UserError(
            "holds edits, and a newer rendering has to take its place",
            f"Move it to {path}, or delete it; then use the same command again.",
            place=Place(str(beside(path))),
        )
