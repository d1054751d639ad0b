"""The error that an API operation answers with."""


class ApiError(Exception):
    """An error answer: AWS's error code, its message, and the HTTP status.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> ApiError:
    """Return the error that CloudFormation gives for nearly everything that it refuses."""
    return ApiError("ValidationError", message)
