"""Who takes the roles: EC2 for its instances, and Data Lifecycle Manager for a policy of this account."""

from tests.stack.permissions.accesses import ACCOUNT, access

DOES = [access("sts:AssumeRole", given={"aws:SourceAccount": ACCOUNT})]

NEVER = [access("sts:AssumeRole", given={"aws:SourceAccount": "111122223333"})]
