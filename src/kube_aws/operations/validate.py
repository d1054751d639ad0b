"""`kube-aws validate`: everything that AWS and the nodes would find wrong later."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kube_aws.artefacts.assemble import assemble
from kube_aws.checks import ALL
from kube_aws.cluster.topology import ROLES
from kube_aws.credentials.roles import stand_in
from kube_aws.finding import Finding, Place
from kube_aws.operations.check import check
from kube_aws.operations.connect import Connect
from kube_aws.operations.render import Current, current
from kube_aws.operations.sources import sources
from kube_aws.terminal.error import UserError

TEMPLATE = "stack-template.json"


@dataclass(frozen=True, slots=True)
class Report:
    """All findings; how many checks made them (1: the folder could not be read, so that no other was
    made), in how many seconds; AWS's answer to ValidateTemplate (None: not asked); the files that
    findings point into."""

    findings: tuple[Finding, ...]
    checks: int
    seconds: float
    by_aws: Mapping[str, Any] | None
    sources: Mapping[str, bytes]

    @property
    def valid(self) -> bool:
        """Whether there is no error; warnings are allowed."""
        return not any(finding.severity == "error" for finding in self.findings)

    def of_stack(self, stack: bool) -> list[Finding]:
        """The findings about the stack template, or those about all other files."""
        return [finding for finding in self.findings if (finding.place.file == TEMPLATE) == stack]


def validate(folder: Path, connect: Connect | None) -> Report:
    """Check the folder as `up` would take it, and write nothing. Without `connect` AWS is not asked."""
    started = time.monotonic()
    try:
        now = current(folder)
    except UserError as error:
        found = error.findings or (_finding(error),)
        return Report(found, 1, time.monotonic() - started, None, sources(folder, {}))
    by_aws: Mapping[str, Any] | None = None
    with ThreadPoolExecutor() as pool:
        asked = pool.submit(_ask_aws, now, connect) if connect else None
        findings = [*now.findings, *check(now)]
        if asked:
            answer = asked.result()
            if isinstance(answer, Finding):
                findings += [answer] if _is_new(answer, findings) else []
            else:
                by_aws = answer
    count = 1 + len(ALL) + (1 if asked else 0)
    return Report(tuple(findings), count, time.monotonic() - started, by_aws, sources(folder, now.disk))


def _ask_aws(now: Current, connect: Connect) -> Mapping[str, Any] | Finding:
    """AWS's own report on the stack, with ciphertexts of the right size in it."""
    from botocore.exceptions import ClientError

    from kube_aws.aws.errors import code, explained, message
    from kube_aws.aws.session import client

    try:
        body = assemble(now.disk, {role: stand_in(role) for role in ROLES})
    except UserError as error:
        return _finding(error)
    try:
        with explained():
            cloudformation = client(connect(now.cluster), "cloudformation")
            try:
                answer = cloudformation.validate_template(TemplateBody=body.decode())
            except ClientError as error:
                if code(error) != "ValidationError":
                    raise
                return Finding("error", "aws-validation", Place(TEMPLATE), message(error))
    except UserError as error:
        next_step = f"{error.next_step} Or use --offline.".strip()
        return Finding("error", "aws-not-asked", Place(TEMPLATE), error.what, next_step)
    return {
        key: answer[key] for key in ("Capabilities", "CapabilitiesReason", "Description") if key in answer
    }


def _finding(error: UserError) -> Finding:
    return Finding("error", "folder", error.place or Place("cluster.yaml"), error.what, error.next_step)


def _is_new(finding: Finding, others: list[Finding]) -> bool:
    """A size over a limit is found by the checks, too, and told better there."""
    return finding.id != "folder" or not any(other.severity == "error" for other in others)
