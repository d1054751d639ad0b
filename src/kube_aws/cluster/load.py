"""cluster.yaml from bytes to a valid Cluster, with every finding at its line."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from kube_aws.cluster.document import Document, Value, read
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.rules import RULES
from kube_aws.cluster.wrong import wrong
from kube_aws.finding import Finding


def load(source: bytes, name: str) -> tuple[Cluster | None, list[Finding]]:
    """Read a cluster.yaml; `name` is what findings call it. All findings at once, in the file's order;
    there is a Cluster unless one of them is an error."""
    document = read(source, name)
    findings = document.findings
    if findings and not document.data:
        return None, findings
    errors = _errors(document.data)
    findings += [wrong(error, document) for error in errors]
    refused = {str(error["loc"][0]) for error in errors}
    cluster = Cluster.model_validate(_mended(document.data, refused), by_name=False)
    findings += _broken_rules(cluster, refused, document)
    findings.sort(key=lambda finding: (finding.place.line or 0, finding.place.column or 0))
    return (None if any(f.severity == "error" for f in findings) else cluster), findings


def position(source: bytes, key: str) -> tuple[int, int] | None:
    """Line and column of a key's value (`addons.coredns.replicas`); None where it is not written."""
    values = read(source, "").values
    return next((at for path, at in values.items() if path and ".".join(map(str, path)) == key), None)


def _errors(data: Mapping[str, Value]) -> list[Mapping[str, Any]]:
    try:
        Cluster.model_validate(data, by_name=False)
    except ValidationError as error:
        found = map(dict, error.errors(include_url=False))
        # A list whose entries are all refused counts as empty, too: these say it better.
        return [one for one in found if not (one["type"] == "too_short" and one["input"])]
    return []


def _mended(data: Mapping[str, Value], refused: set[str]) -> dict[str, Value]:
    """The data with each refused key left to its default or, where it has none, to its example,
    so that the rules can be asked of the rest."""
    examples = {
        str(field.alias): field.examples[0]
        for field in Cluster.model_fields.values()
        if field.is_required() and field.examples and field.alias in refused
    }
    return {key: value for key, value in data.items() if key not in refused} | examples


def _broken_rules(cluster: Cluster, refused: set[str], document: Document) -> Iterator[Finding]:
    """Every rule, but for the problems in which a refused key takes part."""
    for rule in RULES:
        for problem in rule(cluster):
            if refused.isdisjoint(str(path[0]) for path in problem.keys):
                place = document.place(*problem.keys)
                yield Finding("error", problem.id, place, problem.what, problem.next_step)
