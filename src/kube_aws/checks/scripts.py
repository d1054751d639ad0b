"""shellcheck on the nodes' scripts, or without it bash, which reads them and runs nothing; and their mode."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding, Place
from kube_aws.tree import Tree

_SHEBANG = re.compile(rb"#!\s*/(?:usr/)?bin/(?:env +)?(?:ba|da)?sh\b")
_LOCATED = re.compile(r"(?P<file>[^:]+): line (?P<line>\d+): (?P<what>.*)")


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """Errors and warnings of shellcheck, with its own id (`SC2086`), at their line and column."""
    # Both roles have some scripts: what is alike is read once and told for each.
    alike: dict[bytes, list[str]] = {}
    for path, file in sorted(disk.items()):
        if path.parts[0] == "userdata" and _SHEBANG.match(file.content):
            alike.setdefault(file.content, []).append(str(path))
            if not file.executable:
                # Units start the stages' scripts by way of another, so that no unit names them.
                what = "is a script, and not executable"
                next_step = "Use chmod +x on it, or remove its #! line."
                yield Finding("error", "script-mode", Place(str(path), 1), what, next_step)
    if not alike:
        return
    with tempfile.TemporaryDirectory(prefix="kube-aws-") as folder:
        for content, (first, *_) in alike.items():
            (Path(folder) / first).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / first).write_bytes(content)
        run = _shellcheck if shutil.which("shellcheck") else _bash
        found = list(run(folder, [first for first, *_ in alike.values()]))
    for paths in alike.values():
        for script in paths:
            for finding in found:
                if finding.place.file == paths[0]:
                    yield replace(finding, place=replace(finding.place, file=script))


def _shellcheck(folder: str, scripts: list[str]) -> Iterator[Finding]:
    command = ["shellcheck", "--norc", "--severity=warning", "--format=json", "--", *scripts]
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    for comment in json.loads(ran.stdout or b"[]"):
        yield Finding(
            "error" if comment["level"] == "error" else "warning",
            f"SC{comment['code']}",
            Place(comment["file"], comment["line"], comment["column"]),
            comment["message"],
            f"https://www.shellcheck.net/wiki/SC{comment['code']} explains it.",
        )


def _bash(folder: str, scripts: list[str]) -> Iterator[Finding]:
    command = ["bash", "-c", 'for script; do bash -n -- "$script"; done', "bash", *scripts]
    ran = subprocess.run(command, cwd=folder, capture_output=True, check=False, env={"LC_ALL": "C"})
    for line in ran.stderr.decode(errors="replace").splitlines():
        match = _LOCATED.match(line)
        if match and not match["what"].startswith("`"):  # the line itself, told once more
            place = Place(match["file"], int(match["line"]))
            yield Finding("error", "script-syntax", place, match["what"], "Mend the script.")
