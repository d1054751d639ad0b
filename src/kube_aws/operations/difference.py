"""In what two assembled templates differ, told by the files that a person knows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_TEMPLATE = "stack-template.json"
Files = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A file and what differs in it. `metadata`: it reaches a running stack without touching what runs."""

    file: str
    what: str
    metadata: bool

    def __str__(self) -> str:
        return f"{self.file}  {self.what}"


def differences(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    old_tags: Mapping[str, str],
    new_tags: Mapping[str, str],
) -> Iterator[Difference]:
    """What is different in `new`, in the order of the template."""
    for path, before, after in _leaves(old, new, ()):
        yield from _told(path, before, after)
    if dict(old_tags) != dict(new_tags):
        what = f"stackTags {_brief(dict(old_tags))} → {_brief(dict(new_tags))}"
        yield Difference("cluster.yaml", what, metadata=False)


def _leaves(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Paths at which the values differ; a key that one side lacks is None there."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if old.get("Key") == new.get("Key") == "kube-aws:files":
            return  # the hash of the user data, which is compared itself
        for key in dict.fromkeys([*old, *new]):
            yield from _leaves(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _leaves(left, right, (*path, str(index)))
    elif old != new:
        yield path, old, new


def _told(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Difference]:
    match path:
        case (*_, "UserData", "Fn::Base64") if isinstance(old, str) and isinstance(new, str):
            role = "controller" if path[1].startswith("Controller") else "worker"
            yield from _files(role, _node_files(old), _node_files(new), metadata=False)
        case ("Resources", _, "Metadata", "kube-aws:addons") if isinstance(old, str) and isinstance(new, str):
            yield from _files("addons", _addon_files(old), _addon_files(new), metadata=True)
        case ("Resources", name, "Metadata", *_):
            yield Difference(_TEMPLATE, f"{name}.Metadata", metadata=True)
        case ("Resources", name, "Properties", *rest):
            yield Difference(
                _TEMPLATE, f"{'.'.join([name, *rest])} {_brief(old)} → {_brief(new)}", metadata=False
            )
        case ("Resources", name):
            yield Difference(_TEMPLATE, f"{name} {'is new' if old is None else 'is gone'}", metadata=False)
        case _:
            yield Difference(_TEMPLATE, f"{'.'.join(path)} {_brief(old)} → {_brief(new)}", metadata=False)


def _files(folder: str, old: Files, new: Files, *, metadata: bool) -> Iterator[Difference]:
    for path in sorted({*old, *new}):
        if old.get(path) != new.get(path):
            what = "is new" if path not in old else "is gone" if path not in new else "differs"
            yield Difference(f"userdata/{folder}/{path}", what, metadata)


def _node_files(user_data: str) -> Files:
    """The files of an Ignition configuration; what it says beside them counts as `ignition.json`."""
    from kube_aws.userdata.ignition import unpack

    config = unpack(user_data.encode())
    storage = dict(config.get("storage", {}))
    files = {item["path"].lstrip("/"): item for item in storage.pop("files", [])}
    return {**files, "ignition.json": {**config, "storage": storage}}


def _addon_files(packed: str) -> Files:
    from kube_aws.addons.packing import unpack

    return {str(path): file for path, file in unpack(packed).items()}


def _brief(value: Any) -> str:
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
