"""Tags as condition keys: those that a request sets, and those that a resource carries."""

from collections.abc import Mapping

Keys = dict[str, str | tuple[str, ...]]


def requested(tags: Mapping[str, str]) -> Keys:
    """aws:RequestTag/KEY and aws:TagKeys of the tags that a request sets or removes."""
    keys: Keys = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    if tags:
        keys["aws:TagKeys"] = tuple(tags)
    return keys


def carried(tags: Mapping[str, str]) -> Keys:
    """aws:ResourceTag/KEY of the tags that a resource carries."""
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def listed(tags: object) -> dict[str, str]:
    """[{"Key": …, "Value": …}] as a mapping; so for the services' many lists of tags."""
    if isinstance(tags, Mapping):
        return dict(tags)
    return {tag["Key"]: tag.get("Value", "") for tag in tags or ()}  # type: ignore[attr-defined]
