"""From the folder's files to the template body that CloudFormation receives."""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from kube_aws.addons.packing import pack as pack_addons
from kube_aws.cluster.topology import ROLES, Role
from kube_aws.finding import Place
from kube_aws.terminal.error import UserError
from kube_aws.tree import Tree
from kube_aws.userdata.ignition import pack as pack_node

TEMPLATE = PurePosixPath("stack-template.json")
LARGEST_TEMPLATE = 51_200
"""Bytes of a template body given inline. Source: AWS, "CloudFormation quotas"."""


def assemble(disk: Tree, sealed: Mapping[Role, bytes]) -> bytes:
    """The template with the node files and add-ons in their places, minified: the same files give the
    same bytes. `sealed` holds each role's KMS ciphertext.

    Raises UserError where stack-template.json is no JSON or has a place that nothing fills, where a
    role's files exceed the limit of user data, and over 51,200 bytes.
    """
    fillings = _fillings(disk, sealed)
    body = _minified(_filled(parse(disk), fillings, disk))
    if len(body) > LARGEST_TEMPLATE:
        raise _too_large(len(body), fillings)
    return body


def parse(disk: Tree) -> dict[str, Any]:
    """stack-template.json as a value. Raises UserError with line and column where it is no JSON object."""
    if TEMPLATE not in disk:
        raise UserError(
            f"{TEMPLATE} is missing", f'Use "kube-aws render --reset {TEMPLATE}" to have it back.'
        )
    try:
        template = json.loads(disk[TEMPLATE].content)
    except json.JSONDecodeError as error:
        place = Place(str(TEMPLATE), error.lineno, error.colno)
        raise UserError(f"not JSON: {error.msg}", _TAKE_BACK, place=place) from error
    except UnicodeDecodeError as error:
        raise UserError("not UTF-8", _TAKE_BACK, place=Place(str(TEMPLATE))) from error
    if not isinstance(template, dict):
        raise UserError("not a JSON object", _TAKE_BACK, place=Place(str(TEMPLATE), 1, 1))
    return template


def subtree(disk: Tree, folder: str) -> Tree:
    """The files below `userdata/<folder>`, by their path in there."""
    root = PurePosixPath("userdata", folder)
    return {path.relative_to(root): file for path, file in disk.items() if path.is_relative_to(root)}


_TAKE_BACK = f'Mend it, or use "kube-aws render --reset {TEMPLATE}" to take the tool\'s version back.'


def _fillings(disk: Tree, sealed: Mapping[Role, bytes]) -> dict[str, str]:
    """What stands in the place of each placeholder."""
    fillings = {"<userdata/addons>": pack_addons(subtree(disk, "addons"))}
    for role in ROLES:
        packed = pack_node(subtree(disk, role), sealed[role])
        fillings[f"<userdata/{role}>"] = packed.decode()
        fillings[f"<userdata/{role} sha256>"] = sha256(packed).hexdigest()[:12]
    return fillings


def _filled(value: Any, fillings: Mapping[str, str], disk: Tree) -> Any:
    if isinstance(value, dict):
        return {key: _filled(item, fillings, disk) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, fillings, disk) for item in value]
    if isinstance(value, str) and value.startswith("<userdata/"):
        if value not in fillings:
            raise _unknown(value, fillings, disk)
        return fillings[value]
    return value


def _minified(template: Mapping[str, Any]) -> bytes:
    return json.dumps(template, separators=(",", ":"), ensure_ascii=False).encode()


def _unknown(place: str, fillings: Mapping[str, str], disk: Tree) -> UserError:
    before, _, _ = disk[TEMPLATE].content.decode().partition(place)
    line = before.count("\n") + 1
    column = len(before) - (before.rfind("\n") + 1) + 1
    return UserError(
        f"nothing fills the place {place}",
        f"These are filled: {', '.join(fillings)}.",
        place=Place(str(TEMPLATE), line, column),
    )


def _too_large(size: int, fillings: Mapping[str, str]) -> UserError:
    parts = {
        name.strip("<>"): len(json.dumps(filling)) for name, filling in fillings.items() if "sha" not in name
    }
    parts[str(TEMPLATE)] = size - sum(parts.values())
    listed = "\n".join(f"  {name:<22}{part:>7,}" for name, part in sorted(parts.items(), key=lambda p: -p[1]))
    return UserError(
        f"the assembled stack has {size:,} bytes; CloudFormation takes {LARGEST_TEMPLATE:,}",
        f"{listed}\nMake the largest smaller: fewer add-ons, shorter files of your own.",
    )
