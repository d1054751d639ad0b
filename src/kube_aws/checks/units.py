"""systemd's units: as systemd reads them, and whether what they name comes to the node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kube_aws.artefacts.assemble import subtree
from kube_aws.checks.schema import nearest
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES
from kube_aws.finding import Finding, Place, Severity
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import BASE, UNITS

PROGRAM = "systemd-analyze"
DOWNLOADS = PurePosixPath("etc/kube-aws/downloads")

_NAMING = {
    "After",
    "Before",
    "Wants",
    "Requires",
    "Requisite",
    "BindsTo",
    "PartOf",
    "Upholds",
    "OnFailure",
    "OnSuccess",
    "WantedBy",
    "RequiredBy",
    "UpheldBy",
    "Unit",
}
"""Settings whose words are units."""
_PASSING = (".device", ".mount", ".automount", ".swap", ".slice", ".scope")
"""Units that systemd makes of what the machine has."""
_OF_THE_SYSTEM = ("/usr/", "/bin/", "/sbin/", "/lib/", "/run/")

_LOCATED = re.compile(r"(?P<file>/[^:]+):(?P<line>\d+): (?P<what>.*)")
_OF_UNIT = re.compile(r"(?P<unit>[\w@:.-]+\.\w+): (?P<what>.*)")
# Which units and commands there are on a node is known here better than in the temporary folder.
_TOLD_OTHERWISE = re.compile(
    r"Failed to (create \S+/start|add dependency on)|is not executable|Unit configuration has fatal error"
)


class Setting(NamedTuple):
    """A line of a unit file: `column` (from 1) is where the value begins; `first` is false for a line
    that continues the one before."""

    line: int
    column: int
    key: str
    value: str
    first: bool


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """Units and commands that do not exist, and what `systemd-analyze verify` says."""
    for role in ROLES:
        tree = subtree(disk, role)
        units = {path: _text(tree, path) for path in sorted(tree) if _is_unit(path)}
        for path, text in units.items():
            for setting in settings(text):
                file = f"userdata/{role}/{path}"
                yield from _missing_units(file, setting, _known(tree))
                yield from _missing_commands(file, setting, tree)
        if units and shutil.which(PROGRAM):
            yield from _verify(f"userdata/{role}", units)
    if shutil.which(PROGRAM) is None:
        what = f"the systemd units are read only in part: there is no {PROGRAM} here"
        yield Finding(
            "warning", "units-unchecked", Place("userdata"), what, "It comes with systemd, on Linux."
        )


def settings(text: str) -> Iterator[Setting]:
    """The settings of a unit file, line by line. Source: man 7 systemd.syntax."""
    key, continued = "", False
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            continued = continued and bool(line.strip())
            continue
        if continued:
            yield Setting(number, 1, key, line.removesuffix("\\"), first=False)
        elif "=" in line:
            name, _, value = line.partition("=")
            key = name.strip()
            yield Setting(number, len(name) + 2, key, value.removesuffix("\\"), first=True)
        continued = line.endswith("\\")


def _is_unit(path: PurePosixPath) -> bool:
    """Whether systemd reads it: a unit, or a part of one in `<unit>.d/`."""
    part = path.parent.parent == UNITS and path.parent.suffix == ".d" and path.suffix == ".conf"
    return part or (path.parent == UNITS and bool(path.suffix))


def _text(tree: Tree, path: PurePosixPath) -> str:
    return tree[path].content.decode(errors="replace").replace("\0", "")


def _known(tree: Tree) -> set[str]:
    """The names of the units that a node of this role has."""
    own = {path.name for path in tree if path.parent == UNITS}
    try:
        listed = json.loads(tree[BASE].content)["systemd"]["units"] if BASE in tree else []
        own |= {str(unit["name"]) for unit in listed}
    except (ValueError, TypeError, LookupError, RecursionError):
        pass  # checks/ignition.py tells it.
    return own | _of_flatcar()


@cache
def _of_flatcar() -> frozenset[str]:
    lines = (files("kube_aws.checks") / "flatcar-units.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def _missing_units(file: str, setting: Setting, known: set[str]) -> Iterator[Finding]:
    if setting.key not in _NAMING:
        return
    for word in re.finditer(r"\S+", setting.value):
        unit = word[0]
        template = re.sub(r"@.*\.", "@.", unit)
        if "%" in unit or unit.endswith(_PASSING) or {unit, template} & known:
            continue
        place = Place(file, setting.line, setting.column + word.start())
        if hint := nearest(unit, known):
            yield Finding("error", "unit-missing", place, f"no such unit{hint}")
        else:
            what = f"neither userdata/ nor Flatcar has a unit {unit}"
            yield Finding("warning", "unit-missing", place, what, "Add it, or remove the word.")


def _missing_commands(file: str, setting: Setting, tree: Tree) -> Iterator[Finding]:
    command = re.match(r"\s*[@:+!|-]*(?P<path>/[^\s\"']*)", setting.value)
    if not (setting.key.startswith("Exec") and setting.first and command):
        return
    place = Place(file, setting.line, setting.column + command.start("path"))
    path = PurePosixPath(command["path"].lstrip("/"))
    if path in tree:
        if not tree[path].executable:
            yield Finding("error", "unit-command", place, f"/{path} is not executable", "Use chmod +x on it.")
    elif not command["path"].startswith(_OF_THE_SYSTEM) and not _downloaded(path, tree):
        hint = nearest(f"/{path}", [f"/{other}" for other in tree])
        yield Finding("error", "unit-command", place, f"nothing brings /{path} to the node{hint}")


def _downloaded(path: PurePosixPath, tree: Tree) -> bool:
    """Whether a line of the downloads has this target, or a folder around it."""
    lines = _text(tree, DOWNLOADS).splitlines() if DOWNLOADS in tree else []
    targets = [words[-1] for line in lines if (words := line.split())]
    return any(
        f"/{path}" == target or (target.endswith("/") and f"/{path}".startswith(target)) for target in targets
    )


def _verify(folder: str, units: dict[PurePosixPath, str]) -> Iterator[Finding]:
    """The report of `systemd-analyze verify` on these units in a root folder of their own."""
    with tempfile.TemporaryDirectory(prefix="kube-aws-") as root:
        for path, text in units.items():
            (Path(root) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(root) / path).write_text(text)
        own = {path.name for path in units if path.parent == UNITS}
        # A unit of the system whose parts lie here is loaded with them.
        for name in {path.parent.name.removesuffix(".d") for path in units if path.parent != UNITS} - own:
            stub = Path(root, "usr/lib/systemd/system", name)
            stub.parent.mkdir(parents=True, exist_ok=True)
            stub.write_text("[Service]\nExecStart=/usr/bin/true\n")
            own.add(name)
        command = [PROGRAM, "verify", f"--root={root}", "--man=no", *sorted(own)]
        ran = subprocess.run(command, capture_output=True, check=False)
    for line in ran.stderr.decode(errors="replace").splitlines():
        if _TOLD_OTHERWISE.search(line):
            continue
        if (match := _LOCATED.match(line)) and match["file"].startswith(root):
            path = PurePosixPath(match["file"]).relative_to(root)
            yield _finding(folder, path, units.get(path, ""), int(match["line"]), match["what"])
        elif (match := _OF_UNIT.match(line)) and match["unit"] in own:
            yield Finding("error", "unit", Place(f"{folder}/{UNITS / match['unit']}"), match["what"])


def _finding(folder: str, path: PurePosixPath, text: str, number: int, what: str) -> Finding:
    lines = text.splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    named = re.search(r"'([^']+)'", what)
    column = line.find(named[1]) + 1 if named and named[1] in line else line.find("=") + 2
    # The systemd here may be older than the nodes', and not know what they know.
    severity: Severity = "warning" if what.startswith("Unknown ") else "error"
    return Finding(severity, "unit", Place(f"{folder}/{path}", number, column), what)
