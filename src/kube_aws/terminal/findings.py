"""Findings as text with the source below, as JSON, and as GitHub's annotations."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import click

from kube_aws.finding import Finding
from kube_aws.terminal.screen import columns, wrapped

Sources = Mapping[str, bytes]
"""Contents of files by their path relative to the cluster's folder."""


def text(findings: Iterable[Finding], sources: Sources) -> Iterator[str]:
    """Lines for people: place, severity and id; the source with a caret; what; the mend."""
    for finding in findings:
        colour = "red" if finding.severity == "error" else "yellow"
        place = click.style(f"{finding.place}:", bold=True)
        resource = f" ({finding.place.resource})" if finding.place.resource else ""
        yield f"{place} {click.style(finding.severity, fg=colour)} {finding.id}{resource}"
        yield from _excerpt(finding, sources)
        if finding.next_step:
            yield wrapped(finding.next_step, "  Mend: ", "  ")


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """One object a finding, its keys always there."""
    return [
        {
            "severity": finding.severity,
            "id": finding.id,
            "file": finding.place.file,
            "line": finding.place.line,
            "column": finding.place.column,
            "resource": finding.place.resource,
            "what": finding.what,
            "nextStep": finding.next_step,
        }
        for finding in findings
    ]


def to_json(document: object) -> str:
    """JSON as every command prints it."""
    return json.dumps(document, indent=2)


def github(findings: Iterable[Finding], folder: str = "") -> Iterator[str]:
    """Workflow commands; `folder` is put before each file, as annotations count from the repository's root.

    Source: GitHub, "Workflow commands for GitHub Actions" (which also says what is escaped).
    """
    for finding in findings:
        place = finding.place
        file = f"{folder}/{place.file}" if folder else place.file
        properties = {"file": file, "line": place.line, "col": place.column, "title": finding.id}
        listed = ",".join(
            f"{key}={_property(value)}" for key, value in properties.items() if value is not None
        )
        message = finding.what + (f"\n{finding.next_step}" if finding.next_step else "")
        yield f"::{finding.severity} {listed}::{_escaped(message)}"


def _excerpt(finding: Finding, sources: Sources) -> Iterator[str]:
    line = _line(finding, sources)
    if line is None or finding.place.column is None:
        yield wrapped(finding.what)
        return
    before = line[: finding.place.column - 1]
    marked = _word(line[finding.place.column - 1 :])
    # A tab stays a tab below, so that the caret stands under its word at any tab width.
    indent = "  " + re.sub(r"[^\t]", " ", before)
    carets = click.style("^" * max(1, len(marked)), fg="red" if finding.severity == "error" else "yellow")
    yield f"  {line}"
    width = columns() or 80
    if len(indent) + len(marked) + 1 + len(finding.what) <= width:
        yield f"{indent}{carets} {finding.what}"
    else:
        yield f"{indent}{carets}"
        yield wrapped(finding.what)


def _line(finding: Finding, sources: Sources) -> str | None:
    """The finding's line where it is known and short enough to be looked at."""
    number, source = finding.place.line, sources.get(finding.place.file)
    if number is None or source is None:
        return None
    lines = source.decode(errors="replace").splitlines()
    line = lines[number - 1] if 0 < number <= len(lines) else ""
    return line if 0 < len(line) <= 120 and line.replace("\t", "").isprintable() else None


def _word(rest: str) -> str:
    quoted = re.match(r"\"[^\"]*\"|'[^']*'", rest)
    found = quoted or re.match(r"[^\s,]+", rest)
    return found.group().rstrip(":") if found else ""


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: object) -> str:
    return _escaped(str(value)).replace(":", "%3A").replace(",", "%2C")
