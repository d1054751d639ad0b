"""Run every offline check."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from kube_aws.checks import ALL
from kube_aws.finding import Finding
from kube_aws.operations.render import Current


def check(now: Current) -> list[Finding]:
    """The findings of all checks on what lies on disk, in the checks' order."""
    # Collecting would only walk the checks' large schemas again and again, a third of the whole time;
    # frozen, they are left out of later collections too.
    gc.disable()
    try:
        with ThreadPoolExecutor() as pool:
            found = pool.map(lambda name: _run(name, now), ALL)
            return [finding for findings in found for finding in findings]
    finally:
        gc.freeze()
        gc.enable()


def _run(name: str, now: Current) -> list[Finding]:
    return list(import_module(f"kube_aws.checks.{name}").check(now.disk, now.cluster))
