"""YAML as this program reads it: plain data with the line and column of everything.

cluster.yaml needs only mappings, lists and scalars. What people get wrong in YAML by accident
(types guessed from the look of a word, keys given twice, anchors) is either impossible here or told:
every scalar stays the text that was written, and the model decides what it means.
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kube_aws.finding import Finding, Place

Path = tuple[str | int, ...]
"""Where a value stands: ("addons", "coredns", "replicas")."""
Value = str | dict[str, Any] | list[Any] | None
"""A scalar is its text as written; None where nothing, `~` or `null` is written."""

LARGEST = 256 * 1024
DEEPEST = 16

# What YAML calls printable, without the byte order mark (YAML 1.2.2, 5.1).
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

_PROBLEMS = {
    "mapping values are not allowed": (
        "a `: ` where no key can stand",
        "Start the keys of one level in one column, or put the value in quotes.",
    ),
    "could not find expected ':'": (
        "a line without `key: value`",
        "Write `key: value`, or # before a note.",
    ),
    "found unexpected end of stream": ("a quote or bracket that is not closed", ""),
    "while scanning a quoted scalar": ("a quote that is not closed", ""),
    "expected <block end>": ("indented unlike the lines above it", "Keys of one level start in one column."),
    "cannot start any token": ("a character that cannot begin a value", "Put the value in quotes."),
}
"""Our words and the next step, by a phrase of the parser's."""

_NOTHING = ("", "~", "null", "Null", "NULL")


class _Unreadable(Exception):  # noqa: N818 (it becomes a finding and never leaves this file)
    """The text cannot be read beyond this point: id, line and column, what, next step."""


@dataclass(frozen=True)
class Document:
    """One YAML file. `values` and `keys` give line and column (from 1) by path."""

    name: str
    data: dict[str, Value] = field(default_factory=dict)
    values: dict[Path, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path, tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def place(self, *paths: Path) -> Place:
        """The place of the first of these values that is written in the file; else the file."""
        for path in paths:
            if path in self.values:
                return Place(self.name, *self.values[path])
        return Place(self.name)


def read(source: bytes, name: str) -> Document:
    """Read one YAML file. What cannot be read is a finding; `data` holds what could be."""
    document = Document(name)
    try:
        text = _text(source)
        events = YAML(typ="safe", pure=True).parse(text)
        document.data.update(_document(events, document))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        at = (mark.line + 1, mark.column + 1) if mark else None
        _add(document, "yaml-syntax", at, *_explained(error, text))
    except _Unreadable as reason:
        _add(document, *reason.args)
    return document


def _text(source: bytes) -> str:
    """Decode, after the questions that must be asked before anything parses the file."""
    if len(source) > LARGEST:
        what = f"the file has {len(source):,} bytes; a cluster.yaml has at most {LARGEST:,}"
        raise _Unreadable("file-size", None, what, "Is this the right file?")
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _Unreadable("not-utf8", None, "the file is UTF-16", "Save it as UTF-8.")
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = source[: error.start].decode("utf-8", "replace")
        what = f"byte 0x{source[error.start]:02x} is not UTF-8"
        raise _Unreadable("not-utf8", _position(before), what, "Save the file as UTF-8.") from None
    if unprintable := _UNPRINTABLE.search(text):
        at = _position(text[: unprintable.start()])
        what = f"a character that no text holds (U+{ord(unprintable.group()):04X})"
        raise _Unreadable("unprintable", at, what, "Remove it; was the file damaged on its way?")
    return text


def _document(events: Iterator[Any], document: Document) -> dict[str, Value]:
    data: dict[str, Value] = {}
    for event in events:
        match event:
            case DocumentStartEvent() if document.values:
                what = "a second document begins here (`---`)"
                raise _Unreadable("second-document", _at(event), what, "Keep one of the two.")
            case MappingStartEvent():
                data = _mapping(event, events, (), document)
            case ScalarEvent(value="", style=None):
                pass
            case ScalarEvent() | SequenceStartEvent() | AliasEvent():
                what = "the file must hold lines of the form `key: value`"
                raise _Unreadable("not-a-mapping", _at(event), what, '"kube-aws init" writes one.')
    if not document.values:
        raise _Unreadable("empty-file", None, "the file holds no key", '"kube-aws init" writes one.')
    return data


def _value(event: Any, events: Iterator[Any], path: Path, document: Document) -> Value:
    if isinstance(event, MappingStartEvent):
        return _mapping(event, events, path, document)
    _node(event, path, document)
    if isinstance(event, SequenceStartEvent):
        items = takewhile(lambda item: not isinstance(item, SequenceEndEvent), events)
        return [_value(item, events, (*path, index), document) for index, item in enumerate(items)]
    if isinstance(event, AliasEvent) or (event.style is None and event.value in _NOTHING):
        return None
    return str(event.value)


def _mapping(start: Any, events: Iterator[Any], path: Path, document: Document) -> dict[str, Value]:
    _node(start, path, document)
    mapping: dict[str, Value] = {}
    for event in takewhile(lambda event: not isinstance(event, MappingEndEvent), events):
        if not isinstance(event, ScalarEvent):
            raise _Unreadable("key-form", _at(event), "a key must be a word", "Write `key: value`.")
        if event.value == "<<":
            what = "merging with `<<` is not supported"
            raise _Unreadable("merge", _at(event), what, "Write the keys themselves.")
        key = str(event.value)
        if key in mapping:
            what = f"{shown(key)} stands here again; it stands on line {document.keys[*path, key][0]} already"
            _add(document, "duplicate-key", _at(event), what, "Keep one of the two.")
        document.keys[*path, key] = _at(event)
        mapping[key] = _value(next(events), events, (*path, key), document)
        if mapping[key] is None:
            # An empty value has no place of its own; the parser gives that of the next word.
            document.values[*path, key] = document.keys[*path, key]
    return mapping


def _node(event: Any, path: Path, document: Document) -> None:
    """Note where a node stands, and refuse what only YAML's experts write."""
    document.values[path] = _at(event)
    if len(path) > DEEPEST:
        what = f"more than {DEEPEST} levels inside each other"
        raise _Unreadable("too-deep", _at(event), what, "cluster.yaml needs three.")
    if isinstance(event, AliasEvent) or event.anchor is not None:
        sign = "*" if isinstance(event, AliasEvent) else "&"
        what = f"anchors and aliases ({sign}{shown(str(event.anchor))}) are not supported"
        raise _Unreadable("anchor", _at(event), what, "Write the value itself, or put it in quotes.")
    if event.tag is not None:
        what = f"tags ({shown(str(event.tag))}) are not supported"
        raise _Unreadable("tag", _at(event), what, "Write the value without it, or put it in quotes.")


def shown(text: str) -> str:
    """A text of the file as a message can hold it: one line, printable, not longer than 60 characters."""
    printable = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text[:61])
    return printable if len(printable) <= 60 else f"{printable[:59]}…"


def _explained(error: MarkedYAMLError, text: str) -> tuple[str, str]:
    """The parser's words in ours, where the mistake is a common one."""
    lines = text.splitlines()
    line = (
        lines[error.problem_mark.line] if error.problem_mark and error.problem_mark.line < len(lines) else ""
    )
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "a tab in the indentation", "YAML is indented by spaces."
    said = f"{error.context or ''}: {error.problem or ''}"
    for phrase, answer in _PROBLEMS.items():
        if phrase in said:
            return answer
    return f"not YAML: {error.problem}", "Put the value in quotes, if it is meant as a text."


def _add(document: Document, id: str, at: tuple[int, int] | None, what: str, next_step: str) -> None:  # noqa: A002
    document.findings.append(Finding("error", id, Place(document.name, *(at or ())), what, next_step))


def _at(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _position(before: str) -> tuple[int, int]:
    return before.count("\n") + 1, len(before) - before.rfind("\n")
