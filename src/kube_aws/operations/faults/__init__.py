"""What is known to go wrong on the way to a running cluster, as data: a pattern, its cause, the mend."""

import re

from kube_aws.operations.faults.cluster import CLUSTER
from kube_aws.operations.faults.fault import Fault
from kube_aws.operations.faults.stages import STAGES


def fault(stage: str, said: str) -> Fault | None:
    """What is known of a stage's reason; the first entry that fits. A stage that is not known is ""."""
    return next(
        (
            entry
            for entry in (*CLUSTER, *STAGES)
            if entry.stage in ("", stage) and re.search(entry.said, said, re.DOTALL)
        ),
        None,
    )
