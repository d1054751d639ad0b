"""ignition-validate, Ignition's own program, on the config that each role's nodes receive."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

from kube_aws.artefacts.assemble import subtree
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.credentials.roles import stand_in
from kube_aws.finding import Finding, Place, Severity
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import BASE, config

PROGRAM = "ignition-validate"

_LINE = re.compile(
    r"(?P<severity>error|warning|info|deprecated)(?: at (?P<path>\$[^,:]*))?(?:, line (?P<line>\d+)"
    r" col (?P<column>\d+))?: (?P<what>.*)"
)
_FILE = re.compile(r"\$\.storage\.files\.(\d+)\b")


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """What Ignition would refuse: in ignition.json with its line, else at the file that it is about."""
    if shutil.which(PROGRAM) is None:
        what = f"the Ignition configs are not checked: there is no {PROGRAM} here"
        mend = "Debian and Ubuntu: apt-get install ignition. Others: github.com/coreos/ignition, releases."
        yield Finding("warning", "ignition-unchecked", Place("userdata"), what, mend)
        return
    for role in ROLES:
        yield from _role(subtree(disk, role), role)


def _role(tree: Tree, role: Role) -> Iterator[Finding]:
    base = Place(f"userdata/{role}/{BASE}")
    try:
        whole = config(tree, stand_in(role))
    except UserError as error:
        yield Finding("error", "ignition-json", base, error.what, error.next_step)
        return
    found = list(_validate(json.dumps(whole).encode()))
    if found and BASE in tree:
        # Alone, so that lines are those of the file; it is a config of its own.
        own = list(_validate(tree[BASE].content))
        yield from (
            Finding(_severity(match), "ignition", Place(base.file, *_position(match)), match["what"])
            for match in own
        )
        told = {(match["path"], match["what"]) for match in own}
        found = [match for match in found if (match["path"], match["what"]) not in told]
    for match in found:
        what = f"{match['what']} ({match['path']})" if match["path"] else match["what"]
        yield Finding(_severity(match), "ignition", Place(_file(match, whole, tree, role)), what)


def _validate(text: bytes) -> Iterator[re.Match[str]]:
    """The lines of the program's report."""
    ran = subprocess.run([PROGRAM, "-"], input=text, capture_output=True, check=False)
    # What it cannot parse at all, as an unknown version, it tells on stderr, without a severity.
    told = ran.stdout.decode(errors="replace").splitlines()
    told += [f"error: {line}" for line in ran.stderr.decode(errors="replace").splitlines()]
    for line in told:
        if match := _LINE.match(line):
            yield match


def _severity(match: re.Match[str]) -> Severity:
    return "error" if match["severity"] == "error" else "warning"


def _position(match: re.Match[str]) -> tuple[int, int] | tuple[()]:
    return (int(match["line"]), int(match["column"])) if match["line"] else ()


def _file(match: re.Match[str], whole: dict[str, Any], tree: Tree, role: Role) -> str:
    """The file of the tree that an entry of the config was made of, else ignition.json."""
    if index := _FILE.match(match["path"] or ""):
        path = whole["storage"]["files"][int(index[1])]["path"]
        if any(str(own) == path.removeprefix("/") for own in tree):
            return f"userdata/{role}{path}"
    return f"userdata/{role}/{BASE}"
