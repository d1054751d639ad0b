"""Ways to look at files, at arguments of programs, and at kubelets' configuration."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatch
from typing import Any

from tests.rehearsed.cis.check import Find
from tests.rehearsed.cis.evidence import Evidence, File, Node


def at_most(mode: int, *patterns: str, everywhere: bool = False) -> Find:
    """No file grants more than `mode`; on the controller, or on every node."""

    def find(evidence: Evidence) -> Iterator[str]:
        for file in _files(evidence, patterns, everywhere):
            if file.mode & ~mode:
                yield f"{file.path} has {file.mode:04o}"

    return find


def owned(owner: str, *patterns: str, everywhere: bool = False) -> Find:
    def find(evidence: Evidence) -> Iterator[str]:
        for file in _files(evidence, patterns, everywhere):
            if file.owner != owner:
                yield f"{file.path} is of {file.owner}"

    return find


def _files(evidence: Evidence, patterns: tuple[str, ...], everywhere: bool) -> list[File]:
    """Alike files of several nodes once. Sees to it that something is looked at."""
    files: set[File] = set()
    for node in evidence.nodes if everywhere else [evidence.controller]:
        found = [file for file in node.files if any(fnmatch(file.path, pattern) for pattern in patterns)]
        assert found, f"{node.name} has no {patterns}"
        files.update(found)
    return sorted(files, key=lambda file: (file.path, file.mode))


def argument(program: str, flag: str, fits: Callable[[str], bool], default: str = "") -> Find:
    """The controller's program has a fitting value for a flag, by itself where it is not given."""

    def find(evidence: Evidence) -> Iterator[str]:
        value = evidence.controller.arguments[program].get(flag, default)
        if not fits(value):
            yield f"{program} has {flag}={value}" if value else f"{program} has no {flag}"

    return find


def given(program: str, *flags: str) -> Find:
    def find(evidence: Evidence) -> Iterator[str]:
        for flag in flags:
            yield from argument(program, flag, bool)(evidence)

    return find


def has(word: str) -> Callable[[str], bool]:
    """Of a list with commas."""
    return lambda value: word in value.split(",")


def lacks(word: str) -> Callable[[str], bool]:
    return lambda value: word not in value.split(",")


def kubelet(key: str, fits: Callable[[Any], bool]) -> Find:
    """Every kubelet's configuration has a fitting value; `key` is a path with dots."""

    def value(node: Node) -> Any:
        found: Any = node.kubelet
        for part in key.split("."):
            found = found.get(part) if found else None
        return found

    def find(evidence: Evidence) -> Iterator[str]:
        for node in evidence.nodes:
            if not fits(value(node)):
                yield f"{node.name} has {key}: {value(node)}"

    return find
