"""AWS's own policies exist in every account."""

import json
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

NAMES = (
    "AdministratorAccess",
    "AWSDataLifecycleManagerServiceRole",
    "PowerUserAccess",
    "ReadOnlyAccess",
)


def iam_managed_policies() -> None:
    """Have the few of AWS's policies that people use here; moto has none, or 1,582 in each account."""
    known = json.loads(aws_managed_policies_data)

    def policies(backend: Any) -> list[Any]:
        return [
            AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, known[name])
            for name in NAMES
        ]

    IAMBackend._init_aws_policies = policies
