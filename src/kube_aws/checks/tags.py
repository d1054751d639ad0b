"""Tags that instances start with: the metadata service shows them, so a key may hold less than elsewhere.

One key with another character, and every launch fails. Sources: Amazon EC2 User Guide, "Work with
instance tags in instance metadata", and "Tag your Amazon EC2 resources" for the lengths.
"""

import re
from collections.abc import Iterator

from kube_aws.cluster.model import Cluster
from kube_aws.finding import Finding
from kube_aws.stack.document import Path, at, parse, place, walk
from kube_aws.tree import Tree

_KEY = re.compile(r"(?!aws:)(?!\.{1,2}$)(?!_index$)[0-9a-zA-Z\-_+=,.@:]{1,128}")
_LONGEST_VALUE = 256
_NEXT_STEP = "A key has 1 to 128 of the characters 0-9 a-z A-Z - _ + = , . @ : and does not begin with aws:."


def check(disk: Tree, cluster: Cluster) -> Iterator[Finding]:  # noqa: ARG001 (every check has this form)
    """The instance tags of launch templates, and those that groups propagate.

    (`stackTags`, which CloudFormation propagates, are checked as cluster.yaml is loaded.)
    """
    template = parse(disk)
    for path, tag in walk(template):
        if _reaches_instances(template, path, tag):
            for what in _faults(at(tag, "Key"), at(tag, "Value")):
                yield Finding("error", "instance-tag", place(disk, path), what, _NEXT_STEP)


def _reaches_instances(template: object, path: Path, tag: object) -> bool:
    match path:
        case ("Resources", _, "Properties", "Tags", _):
            group: object = at(template, *path[:2], "Type")
            return group == "AWS::AutoScaling::AutoScalingGroup" and bool(at(tag, "PropagateAtLaunch"))
        case ("Resources", *_, "TagSpecifications", _, "Tags", _):
            launched: object = at(template, *path[:-2], "ResourceType")
            return launched == "instance"
    return False


def _faults(key: object, value: object) -> Iterator[str]:
    if isinstance(key, str) and not _KEY.fullmatch(key):
        yield f"no instance can start with a tag whose key is {key!r}"
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        yield f"the value of the tag {key} has {len(value)} characters, over {_LONGEST_VALUE}"
