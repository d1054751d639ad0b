"""`kube-aws render`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import click

from kube_aws.cli.options import aws_options, output_option

if TYPE_CHECKING:
    from kube_aws.artefacts.reconcile import State
    from kube_aws.operations.connect import Connect
    from kube_aws.operations.render import Rendered

SUCCESS = """\
Success! Stack rendered to stack-template.json.

Next steps:
1. (Optional) Validate your changes to cluster.yaml with "kube-aws validate"
2. (Optional) Further customize the cluster by modifying stack-template.json or files in ./userdata.
3. Start the cluster with "kube-aws up"."""

_TEMPLATE = "stack-template.json"
_MANY = 8
"""More files of one part that the tool itself has changed are told as one line."""
_LABELS: dict[State, tuple[str, str]] = {
    "edited": ("kept (yours)", ""),
    "kept": ("kept (yours)", "rendered no more"),
    "own": ("kept (yours)", "your own"),
    "deleted": ("left out", "you deleted it; --reset brings it back"),
    "conflict": ("conflict", "yours is kept; the tool's lies beside it as .new"),
    "written": ("new", ""),
    "changed": ("changed", ""),
    "removed": ("removed", "rendered no more"),
}


@click.command()
@click.option(
    "--reset",
    multiple=True,
    metavar="PATH",
    help="Take the tool's version of a file or folder back; loses your edits of it.",
)
@click.option(
    "--new-credentials",
    is_flag=True,
    help="Make other authorities and keys, which a running cluster does not trust; keeps the old aside.",
)
@output_option
@aws_options
@click.pass_context
def command(
    context: click.Context, reset: tuple[str, ...], new_credentials: bool, output: str, connect: Connect
) -> None:
    """Render cluster.yaml to the stack template, node files and credentials.

    Your edits of rendered files are kept. The network is touched only for what
    release.lock lacks.
    """
    from kube_aws.operations.render import render
    from kube_aws.terminal.findings import text
    from kube_aws.terminal.screen import result, say, wrapped

    folder: Path = context.obj
    rendered = render(folder, connect, reset=reset, new_credentials=new_credentials)
    if output == "json":
        result(json.dumps(_document(rendered), indent=2))
        return
    for label, what in _lines(rendered):
        say(wrapped(what, f"  {label:<15}  ", " " * 19))
    # What was left out is among the lines above.
    found = [finding for finding in rendered.current.findings if finding.id != "left-out"]
    for line in text(found, {}):
        say(line)
    if any(finding.severity == "error" for finding in found):
        say('Rendered; but "kube-aws validate" and "kube-aws up" refuse what is told above.')
        context.exit(1)
    result(SUCCESS)


def _document(rendered: Rendered) -> dict[str, object]:
    from kube_aws.terminal.findings import as_json

    return {
        "releaseLock": "written" if rendered.made_lock else "unchanged",
        "credentials": "made" if rendered.made_credentials else "unchanged",
        "oldCredentials": rendered.replaced,
        "files": {str(path): state for path, state in rendered.current.reconciliation.states.items()},
        "findings": as_json(rendered.current.findings),
    }


def _lines(rendered: Rendered) -> Iterator[tuple[str, str]]:
    """A label and a text for each line: what was made, each file that is not simply as before."""
    credentials, todo = rendered.current.credentials, rendered.current.reconciliation
    unchanged = [f"{len(same)} files"] if (same := todo.having("unchanged")) else []
    if rendered.made_credentials:
        yield "credentials/", f"{len(credentials or ()) - 1} files, 0600, ignored by git"
    elif credentials is None:
        yield "credentials/", 'not here: "kube-aws up" needs your copy (or --new-credentials)'
    else:
        unchanged.append("credentials/")
    if rendered.made_lock:
        yield "release.lock", _release(rendered)
    else:
        unchanged.append("release.lock")
    if rendered.replaced:
        yield f"{rendered.replaced}/", "the credentials until now; a running cluster trusts only these"
    if rendered.first:
        yield "userdata/", _sizes(rendered)
    for state, (label, note) in _LABELS.items():
        if state == "written" and rendered.first:
            continue
        for path, count in _grouped(state, todo.having(state)):
            told = _meaning(rendered) if (path, state) == (_TEMPLATE, "changed") else note
            yield label, "   ".join(filter(None, [path, count, told]))
    if same:
        yield "unchanged", ", ".join(unchanged)


def _release(rendered: Rendered) -> str:
    """`v1.37.2, Flatcar alpha 4790.0.0 amd64, 14 images by digest`."""
    from kube_aws.release.choose import machine_image
    from kube_aws.release.missing import architectures

    cluster, lock = rendered.current.cluster, rendered.current.lock
    flatcar = machine_image(lock, cluster, cluster.controller_instance_type).name.split("-")[2]
    return (
        f"{cluster.kubernetes_version}, Flatcar {cluster.release_channel} {flatcar}"
        f" {' and '.join(architectures(cluster))}, {len(lock.images)} images by digest"
    )


def _grouped(state: State, paths: list[PurePosixPath]) -> list[tuple[str, str]]:
    """Each file; `userdata/worker/` and how many, where the tool itself has touched many of them."""
    parts: dict[str, list[str]] = {}
    for path in paths:
        parts.setdefault("/".join(path.parts[:2]), []).append(str(path))
    told = []
    for part, files in parts.items():
        if len(files) > _MANY and state in {"written", "changed", "removed"}:
            told.append((f"{part}/", f"{len(files)} files"))
        else:
            told += [(file, "") for file in files]
    return told


def _sizes(rendered: Rendered) -> str:
    """`controller 31 files (13.1 of 16.4 KB), worker 14 files (5.5 of 16.4 KB)`."""
    from kube_aws.artefacts.assemble import subtree
    from kube_aws.checks.userdata_size import size
    from kube_aws.cluster.topology import ROLES
    from kube_aws.userdata.ignition import USER_DATA_LIMIT

    told = []
    for role in ROLES:
        files = subtree(rendered.current.disk, role)
        kilobytes = f"{size(files, role) / 1000:.1f} of {USER_DATA_LIMIT / 1000:.1f} KB"
        told.append(f"{role} {len(files)} files ({kilobytes})")
    return ", ".join(told)


def _meaning(rendered: Rendered) -> str:
    """What a new stack-template.json changes, as `Workers.DesiredCapacity 2 → 3`."""
    from kube_aws.operations.difference import differences

    old, new = (tree[PurePosixPath(_TEMPLATE)].content for tree in (rendered.before, rendered.current.disk))
    try:
        was = json.loads(old)
    except ValueError:
        return "it was no JSON"
    found = [found.what for found in differences(was, json.loads(new), {}, {})]
    more = f" and {len(found) - 2} more" if len(found) > 2 else ""
    return ", ".join(found[:2]) + more
