"""AWS's lists of tags."""


def tags_of(listed: list[dict[str, str]]) -> dict[str, str]:
    """A list of tags as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in listed}
