"""`kube-aws up`: from the folder to a running stack, from whatever state it is in."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kube_aws.artefacts import folder as on_disk
from kube_aws.artefacts.assemble import assemble
from kube_aws.aws import stacks
from kube_aws.aws.identity import Identity, identity
from kube_aws.aws.questions import Questions
from kube_aws.aws.session import client, is_rehearsal
from kube_aws.aws.stacks import Stack
from kube_aws.checks import ALL as CHECKS
from kube_aws.finding import Finding
from kube_aws.operations import plan
from kube_aws.operations.check import check
from kube_aws.operations.connect import Connect
from kube_aws.operations.difference import differences
from kube_aws.operations.execute import execute, shown
from kube_aws.operations.follow import follow
from kube_aws.operations.observe import observe
from kube_aws.operations.plan import World
from kube_aws.operations.preflight import preflight
from kube_aws.operations.render import Current, current, refresh
from kube_aws.operations.seal import seal_all
from kube_aws.operations.sources import sources
from kube_aws.preflight import ALL as PREFLIGHT
from kube_aws.preflight.given import Given
from kube_aws.release.lock import Lock
from kube_aws.terminal import findings
from kube_aws.terminal.error import UserError
from kube_aws.terminal.screen import result, say, wrapped
from kube_aws.tree import File

if TYPE_CHECKING:
    import boto3

_LISTED = 8
_TAKES_FILES = plan.Create | plan.Continue | plan.Change
Ask = Callable[[str], bool]
"""Puts a question to the person; a "no" is False."""


def up(folder: Path, connect: Connect, ask: Ask, *, wait: bool, locked: bool, boots: bool = True) -> None:
    """Create the cluster's stack, continue a failed one, watch a running one, apply add-ons; then follow
    the boot of its nodes, unless none `boots`.

    UserError where AWS or the folder does not allow it, and where a node stops; killed at any moment and
    run again, it comes to the same end.
    """
    began = datetime.now(UTC)
    now, session, who = _begin(folder, connect, locked)
    world = observe(now.cluster, session)
    if world.stack is None:
        _check(folder, now)
        _preflight(folder, now, session, who)
    body = assemble(now.disk, seal_all(folder, now, session))
    actions = plan.plan(body, world)
    if world.stack and any(isinstance(action, _TAKES_FILES) for action in actions):
        _check(folder, now)
    for action in actions:
        _ask(action, ask)
    for action in actions:
        if isinstance(action, plan.Create) and world.stack:
            # Only now: what was left of the former stack would have been in the way.
            _preflight(folder, now, session, who)
        _announce(action)
        last = action is actions[-1]
        shown(execute(action, session, wait=wait or not last), "kube-aws up")
    if actions and not wait:
        say('AWS goes on by itself: "kube-aws up" watches, "kube-aws status" tells.')
        return
    stack = _tell(actions, session, world, body)
    if not boots and is_rehearsal(session):
        say("Nothing boots here: this rehearsal has no nodes.")
    elif wait:
        address = stack.outputs.get("ControllerIP", "")
        changed = any(isinstance(action, plan.Change) for action in actions)
        events = follow(now.cluster, session, folder, address=address, began=began, changed=changed)
        shown(events, "kube-aws up")


def export(folder: Path, connect: Connect, *, locked: bool) -> None:
    """Write the stack as `up` would give it to CloudFormation, and create nothing."""
    now, session, _ = _begin(folder, connect, locked)
    body = assemble(now.disk, seal_all(folder, now, session))
    name = f"{now.cluster.cluster_name}.stack-template.json"
    on_disk.write(folder, {PurePosixPath(name): File(body)})
    result(f"Success! Stack exported to {name}.")
    say(f"{len(body):,} of the 51,200 bytes that CloudFormation takes; nothing was created.")


def _begin(folder: Path, connect: Connect, locked: bool) -> tuple[Current, boto3.Session, Identity]:
    """The folder brought up to date, the session, and the line that says where and as whom."""
    written: tuple[str, ...] = ()
    if locked:
        now = current(folder)
        if now.stale:
            listed = "\n".join(now.stale)
            raise UserError(
                "--locked: files are not up to date", f'{listed}\nRun "kube-aws render" and commit.'
            )
    else:
        now = refresh(folder, connect).current
        written = now.stale
    session = connect(now.cluster)
    _refuse_built(now.lock, session)
    who = identity(session)
    say(str(who))
    for path in written[:_LISTED]:
        say(f"  rendered anew    {path}")
    if len(written) > _LISTED:
        say(f"  rendered anew    and {len(written) - _LISTED} more")
    for line in findings.text(now.findings, sources(folder, now.disk)):
        say(line)
    if _errors(now.findings):
        raise UserError(
            "the folder is not ready", 'Mend what is listed above; "kube-aws validate" checks it.'
        )
    return now, session, who


def _refuse_built(lock: Lock, session: boto3.Session) -> None:
    built = [name for name, entry in lock.binaries.items() if entry.built]
    built += [name for name, entry in lock.images.items() if entry.built]
    if built and not is_rehearsal(session):
        raise UserError(
            f"release.lock holds {len(built)} entries that were built for a rehearsal,"
            f" as {built[0]}; nodes on AWS could not download them",
            "Delete release.lock and run kube-aws render where the official downloads can be reached.",
        )


def _check(folder: Path, now: Current) -> None:
    """What `validate --offline` would find stops `up`, too."""
    started = time.monotonic()
    found = check(now)
    for line in findings.text(found, sources(folder, now.disk)):
        say(line)
    say(f"Checked here: {_verdict(len(CHECKS), started, found)}")
    if _errors(found):
        raise UserError("the nodes would not boot, or AWS would refuse the stack; nothing was changed")


def _preflight(folder: Path, now: Current, session: boto3.Session, who: Identity) -> None:
    started = time.monotonic()
    source = (folder / "cluster.yaml").read_bytes()
    found = preflight(Given(now.cluster, source, now.lock, who, datetime.now(UTC), Questions(session)))
    for line in findings.text(found, {"cluster.yaml": source}):
        say(line)
    say(f"Preflight: {_verdict(len(PREFLIGHT), started, found)}")
    if _errors(found):
        raise UserError("preflight found what would fail; nothing was created")


def _errors(found: Iterable[Finding]) -> int:
    return sum(finding.severity == "error" for finding in found)


def _verdict(checks: int, started: float, found: list[Finding]) -> str:
    errors = _errors(found)
    says = f"{errors} error{'s' if errors > 1 else ''}" if errors else "ok"
    return f"{checks} checks, {time.monotonic() - started:.1f} s, {says}"


def _ask(action: plan.Action, ask: Ask) -> None:
    match action:
        case plan.Remove(stack, _):
            question = (
                f"Stack {stack.name} is in state {stack.status}. Remove what is left, and create it anew?"
            )
        case plan.Change(stack, _, _, _, found):
            say(f"Stack {stack.name} exists. These add-ons differ from what it has:")
            for difference in found:
                say(wrapped(str(difference), rest="    "))
            question = "Apply that to the running cluster?"
        case _:
            return
    if not ask(question):
        raise UserError("nothing was changed: the answer was no")


def _announce(action: plan.Action) -> None:
    if isinstance(action, plan.Create | plan.Continue) or (
        isinstance(action, plan.Watch) and action.stack.status == "CREATE_IN_PROGRESS"
    ):
        result("Creating AWS resources. This should take around 5 minutes.")


def _tell(actions: list[plan.Action], session: boto3.Session, world: World, body: bytes) -> Stack:
    """The article's lines; returns the stack as it is now."""
    stack = stacks.describe(client(session, "cloudformation"), world.name)
    if stack is None:
        raise UserError(f"stack {world.name} was removed by someone else meanwhile")
    address = stack.outputs.get("ControllerIP", "")
    last = actions[-1] if actions else None
    if last is None or isinstance(last, plan.Change):
        says = "has the add-ons of this folder now" if last else "exists already, as it is in this folder"
        say(f"Stack {stack.name} {says}.")
        result(f"Cluster Name:   {stack.name}")
        result(f"Controller IP:  {address}")
        if last:
            say("The controllers apply them within two minutes.")
        return stack
    result("Success! Your AWS resources have been created:")
    result(f"Cluster Name:   {stack.name}")
    result(f"Controller IP:  {address}")
    result()
    result("The containers that power your cluster are now being dowloaded.")
    result()
    result(
        "You should be able to access the Kubernetes API once the containers finish downloading.", prose=True
    )
    if isinstance(last, plan.Watch):
        _note_differences(world, body)
    return stack


def _note_differences(world: World, body: bytes) -> None:
    """What was watched may have been made from other files than those that lie here now."""
    tags = world.stack.tags if world.stack else {}
    found = list(differences(world.template or {}, json.loads(body), tags, world.tags))
    if found:
        say("It was made from other files than those in this folder:")
        for difference in found:
            say(wrapped(str(difference), rest="    "))
