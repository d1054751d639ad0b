"""IAM users have ids that say so."""

from typing import Any

from moto.iam.models import User
from moto.iam.utils import generate_access_key_id_from_account_id


def iam_user_id() -> None:
    """Give a user an id as `AIDA…`; moto gives twenty small letters, and a caller's id is told by STS.

    Source: IAM User Guide, "IAM identifiers", unique ID prefixes.
    """
    moto_init = User.__init__

    def init(user: Any, account_id: str, *args: Any, **kwargs: Any) -> None:
        moto_init(user, account_id, *args, **kwargs)
        user.id = generate_access_key_id_from_account_id(account_id, "AIDA", total_length=21)

    User.__init__ = init
