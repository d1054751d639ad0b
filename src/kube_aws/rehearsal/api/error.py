"""What AWS answers when it refuses."""


class ApiError(Exception):
    """An error answer: AWS's code (`ValidationError`), its text, the HTTP status.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html
    """

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
