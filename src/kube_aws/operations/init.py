"""init: the answers to six questions become a cluster.yaml."""

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from kube_aws.artefacts.folder import create
from kube_aws.cluster.forms import REGION
from kube_aws.cluster.load import load
from kube_aws.cluster.sample import FLAGS, sample
from kube_aws.finding import Finding, Place
from kube_aws.terminal.error import UserError

NAME = "cluster.yaml"


def init(folder: Path, answers: Mapping[str, str]) -> None:
    """Write the folder's cluster.yaml from one answer for each key of FLAGS.

    Raises UserError, with all that is wrong, where answers are missing or wrong, and where there is
    a cluster.yaml already.
    """
    if missing := [flag for key, flag in FLAGS.items() if key not in answers]:
        raise UserError(f"missing {', '.join(missing)}", exit_status=2)
    if refusal := refused(answers):
        raise refusal
    try:
        create(folder, NAME, sample(answers).encode())
    except FileExistsError as error:
        raise _exists(folder / NAME) from error


def refused(answers: Mapping[str, str]) -> UserError | None:
    """What is wrong with the answers given so far, told with the names of the flags."""
    findings = tuple(
        replace(finding, place=Place(""), what=_flags(finding.what), next_step=_flags(finding.next_step))
        for finding in wrong(answers)
    )
    if len(findings) == 1:
        return UserError(findings[0].what, findings[0].next_step, exit_status=2)
    return UserError(f"{NAME} was not created", findings=findings, exit_status=2) if findings else None


def wrong(answers: Mapping[str, str]) -> list[Finding]:
    """What is wrong with the answers given so far."""
    _, findings = load(sample(answers).encode(), NAME)
    return [finding for finding in findings if finding.id not in ("missing-key", "empty-file")]


def refuse_to_overwrite(folder: Path) -> None:
    """Raises UserError where there is a cluster.yaml, of whatever kind."""
    if os.path.lexists(folder / NAME):
        raise _exists(folder / NAME)


def settled(answers: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The answers with what follows from them, and notes on what was taken otherwise than typed.

    A zone tells its region. A region in place of a zone, as the article types it, means its first zone.
    """
    known, notes = dict(answers), []
    zone = known.get("availabilityZone", "")
    if re.fullmatch(REGION, zone):
        known["availabilityZone"] = f"{zone}a"
        notes.append(f"{zone} is a region; taking its first zone, {zone}a")
    if re.fullmatch(f"{REGION}[a-z]", known.get("availabilityZone", "")):
        known.setdefault("region", known["availabilityZone"][:-1])
    return {key: known[key] for key in FLAGS if key in known}, notes


def _flags(text: str) -> str:
    """The text with each key's name replaced by its flag's: `keyName: x` becomes `--key-name=x`."""
    # "region" is a word of its own, too: the key begins the sentence or has its value behind it.
    keys = "|".join(FLAGS).replace("region", f"^region|region(?=: | {REGION})")
    return re.sub(rf"\b(?P<key>{keys})\b(?P<colon>: )?", _flag, text)


def _flag(found: re.Match[str]) -> str:
    return FLAGS[found["key"]] + ("=" if found["colon"] else "")


def _exists(path: Path) -> UserError:
    return UserError(f"{path} exists already", "Edit it, or work in another folder (-C DIR).")
