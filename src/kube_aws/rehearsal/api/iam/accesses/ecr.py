"""ECR: a token for a registry; what is pulled with it is not asked here."""

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.iam.access import Access
from kube_aws.rehearsal.api.principal import Principal


def accesses(call: Call, _: Principal) -> list[Access]:
    """The access that an ECR call needs; GetAuthorizationToken knows no resources."""
    return [Access(call.action, "*" if call.name == "GetAuthorizationToken" else None)]
