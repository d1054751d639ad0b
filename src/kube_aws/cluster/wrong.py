"""A value that the model refuses, told to the person who wrote it."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from kube_aws.cluster.document import Document, shown
from kube_aws.cluster.keys import Key, known, nearest
from kube_aws.finding import Finding, Place

LATER = {
    "controllerCount": "every cluster has one controller",
    "availabilityZones": "every cluster has one availabilityZone",
    "nodePools": "the worker* keys describe the one pool",
    "releaseMirror": "nodes download from the official sites",
    "imageMirror": "nodes pull from the official registries",
    "assetBucket": "the stack is sent to CloudFormation directly",
}
"""Keys of capabilities to come, each with what holds until then."""

RETIRED = {
    "hyperkubeImageRepo": "release.lock pins each component's official image by digest. Remove the line.",
    "useCalico": "The pod network is flannel; addons.flannel.enabled: false makes room for another. "
    "Remove the line.",
}
"""Keys of 2016 that mean nothing now, each with what replaces it."""

_SAID = {
    "string_type": "must be a text, not {kind}",
    "int_type": "must be a whole number, not {kind}",
    "bool_type": "must be true or false, not {kind}",
    "tuple_type": "must be a list, not {kind}",
    "dict_type": "must be a mapping, not {kind}",
    "model_type": "must be a mapping, not {kind}",
    "ip_v4_network": "must be a network, not {kind}",
    "ip_v4_address": "must be an address, not {kind}",
    "string_unicode": "holds half a character (a lone surrogate)",
    "literal_error": "is none of {choices}",
    "string_pattern_mismatch": "has not the right form",
    "greater_than_equal": "is too small; the least is {ge}",
    "less_than_equal": "is too large; the most is {le}",
    "too_short": "is empty: nobody could connect",
    "too_long": "has {actual_length} entries; the most is {max_length}",
}
"""What is wrong, by pydantic's name of it."""


def wrong(error: Mapping[str, Any], document: Document) -> Finding:
    """The finding for one of pydantic's errors, at the line of its value."""
    path = error["loc"]
    name = ".".join(part for part in path if isinstance(part, str))
    if error["type"] == "extra_forbidden":
        return _unknown(name, Place(document.name, *document.keys[path]))
    if error["type"] == "missing":
        next_step = f"Add {name}: {known(name).example}"
        return Finding("error", "missing-key", Place(document.name), f"{name} is missing", next_step)
    what, next_step = _refused(error, known(name))
    value = error["input"]
    text = "" if value in (None, "") or isinstance(value, dict | list) else f" {shown(str(value))}"
    return Finding(
        "error", "value", document.place(path, path[:-1]), f"{shown(name)}{text} {what}", next_step
    )


def _unknown(name: str, place: Place) -> Finding:
    if name in RETIRED:
        return Finding("warning", "retired-key", place, f"{name} has no effect any more", RETIRED[name])
    if name in LATER:
        until = LATER[name] and f"; {LATER[name]}"
        what = f"{name} is not supported yet{until}"
        return Finding("error", "later-key", place, what, "Remove it.")
    guess = nearest(name)
    next_step = f"Did you mean {guess}?" if guess else '"kube-aws explain" lists the keys.'
    return Finding("error", "unknown-key", place, f"{shown(name)} is no key of cluster.yaml", next_step)


def _refused(error: Mapping[str, Any], key: Key) -> tuple[str, str]:
    """What is wrong with a value, and the next step."""
    value, facts = error["input"], error.get("ctx", {})
    if error["type"] == "value_error":
        what, next_step = facts["error"].args
        return what, next_step
    name = key.name.rpartition(".")[2]
    example = f"For example {name}: {key.example}"
    if value in (None, ""):
        return "has no value", f"Write one{'' if key.required else ', or leave it out'}. {example}"
    kind = (
        "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "a single value"
    )
    if error["type"] == "tuple_type" and kind == "a single value":
        example = f"Write {name}: [{value}]"
    what = _SAID[error["type"]].format(**facts, kind=kind, choices=", ".join(key.choices))
    guess = get_close_matches(str(value), key.choices, 1)
    return what, f"Did you mean {guess[0]}?" if guess else example
