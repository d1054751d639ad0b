"""The JSON schema of cluster.yaml, for editors."""

from typing import Any

from kube_aws.cluster.keys import keys
from kube_aws.cluster.model import Cluster
from kube_aws.cluster.wrong import RETIRED


def schema() -> dict[str, Any]:
    """Draft 2020-12. Each key's description says also what a change of it does."""
    model = Cluster.model_json_schema()
    _remove_titles(model)
    for key in keys():
        if "." not in key.name:
            model["properties"][key.name]["description"] = f"{key.meaning}\n{key.change}"
    for name, instead in RETIRED.items():
        model["properties"][name] = {"deprecated": True, "description": f"Has no effect any more. {instead}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "cluster.yaml of kube-aws",
        **model,
        "description": "What kube-aws turns into a Kubernetes cluster on AWS.",
    }


def _remove_titles(node: Any) -> None:
    """pydantic makes titles of the field names, which only repeat the keys."""
    if isinstance(node, dict):
        if isinstance(node.get("title"), str):
            del node["title"]
        for below in node.values():
            _remove_titles(below)
