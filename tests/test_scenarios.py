import json
from difflib import unified_diff

import pytest
from tests.scenarios.scenario import NAMES, REGENERATE, SIZES, actual, cluster, expected

from kube_aws.cluster.model import Cluster
from kube_aws.tree import Tree


@pytest.mark.parametrize("name", NAMES)
def test_every_artefact_is_as_expected(name: str) -> None:
    difference = list(_difference(expected(name), actual(name)))
    assert not difference, (
        "\n".join(difference) + f"\n\nIf this is what you mean, write it down: {REGENERATE}"
    )


def test_the_articles_stack_leaves_room() -> None:
    assert json.loads(expected("article")[SIZES].content)["stack"] < 49_500


def test_one_scenario_sets_every_key() -> None:
    assert cluster("every-key").model_fields_set == set(Cluster.model_fields)


def _difference(before: Tree, after: Tree) -> list[str]:
    lines: list[str] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        if old and new and old.content == new.content:
            lines.append(f"{path}: executable {old.executable} → {new.executable}")
        lines += unified_diff(
            old.content.decode().splitlines() if old else [],
            new.content.decode().splitlines() if new else [],
            f"expected/{path}",
            f"actual/{path}",
            lineterm="",
        )
    return lines
