"""Run every preflight check at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from botocore.exceptions import ClientError

from kube_aws.aws.errors import DENIED, code
from kube_aws.finding import Finding
from kube_aws.preflight import ALL
from kube_aws.preflight.given import Given


def preflight(given: Given) -> list[Finding]:
    """The findings of all checks in their order; a check that AWS does not allow is a warning."""
    with ThreadPoolExecutor(max_workers=len(ALL)) as pool:
        found = pool.map(lambda name: list(_run(name, given)), ALL)
        return [finding for findings in found for finding in findings]


def _run(name: str, given: Given) -> Iterator[Finding]:
    try:
        yield from import_module(f"kube_aws.preflight.{name}").check(given)
    except ClientError as error:
        if code(error) not in DENIED:
            raise
        yield given.warning(
            "not-checked",
            "region",
            f"{given.identity.name} may not call {error.operation_name}, so {name.replace('_', ' ')} is not"
            " checked",
            "docs/operator-policy.json allows it.",
        )
