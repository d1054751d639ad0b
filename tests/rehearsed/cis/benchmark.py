"""The CIS Kubernetes Benchmark, version 1.12: every check of its five sections."""

from tests.rehearsed.cis.check import Result, evaluate
from tests.rehearsed.cis.control_plane import CONFIGURATION, CONTROL_PLANE, ETCD
from tests.rehearsed.cis.evidence import Evidence
from tests.rehearsed.cis.policies import POLICIES
from tests.rehearsed.cis.workers import WORKERS

CHECKS = (*CONTROL_PLANE, *ETCD, *CONFIGURATION, *WORKERS, *POLICIES)


def results(evidence: Evidence) -> list[Result]:
    return list(evaluate(CHECKS, evidence))
