"""One question to IAM: may this action be done to this resource, in these circumstances?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

Context = Mapping[str, str | tuple[str, ...]]
"""Condition keys and their values; a tuple for keys with many (aws:TagKeys). Absent keys are left out."""


@dataclass(frozen=True)
class Access:
    """An action (`ec2:CreateTags`) on a resource: its ARN, or `*` for actions that know no resources.

    None as the resource means that nobody wrote down what the action's resources are: then only a policy
    that allows it on everything can be judged.
    """

    action: str
    resource: str | None
    context: Context = field(default_factory=dict)
