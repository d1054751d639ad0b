"""AWS Free Tier: which plan an account is on. Here each has the paid one, unless a test says otherwise."""

from datetime import UTC, datetime
from typing import Any

from kube_aws.rehearsal.api.call import Call
from kube_aws.rehearsal.api.error import ApiError
from kube_aws.rehearsal.api.principal import Principal


class FreeTier:
    """The accounts' plans; `free` holds the accounts on the free one."""

    def __init__(self) -> None:
        self.free: set[str] = set()

    def handle(self, call: Call, principal: Principal) -> dict[str, Any]:
        """Answer GetAccountPlanState, or raise ApiError."""
        if call.name != "GetAccountPlanState":
            raise ApiError("InvalidAction", f"The rehearsal has no {call.action}.", 501)
        free = principal.account in self.free
        return {
            "accountId": principal.account,
            "accountPlanType": "FREE" if free else "PAID",
            "accountPlanStatus": "ACTIVE" if free else "NOT_STARTED",
            "accountPlanExpirationDate": datetime(2027, 5, 1, tzinfo=UTC),
        }
