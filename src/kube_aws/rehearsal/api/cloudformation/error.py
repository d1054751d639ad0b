"""The error that an API operation answers with."""

from kube_aws.rehearsal.api.error import ApiError as ApiError


def invalid(message: str) -> ApiError:
    """Return the error that CloudFormation gives for nearly everything that it refuses."""
    return ApiError("ValidationError", message)
