"""An account has one of AWS's own policies: the operator's."""

import json
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

NAME = "AdministratorAccess"


def iam_managed_policies() -> None:
    """Have AdministratorAccess; moto has none of AWS's policies, or 1,582 in each account."""
    known = json.loads(aws_managed_policies_data)[NAME]

    def policies(backend: Any) -> list[Any]:
        return [AWSManagedPolicy.from_data(NAME, backend.account_id, backend.region_name, known)]

    IAMBackend._init_aws_policies = policies
