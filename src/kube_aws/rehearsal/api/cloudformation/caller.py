"""Who sent a request, and where to."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The signer of a request and the scope it was signed for.

    CloudFormation acts with the caller's own permissions for as long as the stack operation runs, so
    this is kept with the operation (and pickled with it); a later operation brings its own caller.
    `credentials` means nothing to the engine: it only goes back to the `clients` given to the engine.
    """

    account: str
    region: str
    credentials: object

    @property
    def partition(self) -> str:
        """The partition of the region: aws, aws-cn or aws-us-gov."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"
