"""`validate` as a person, a program and a workflow see it."""

import json
import shutil

import pytest
from tests.operations.command import Article

REPORT = """\
Validating UserData...
UserData is valid.

Validating stack template...
Validation Report: {
  Capabilities: ["CAPABILITY_IAM"],
  CapabilitiesReason: "The following resource(s) require capabilities: \
[AWS::IAM::InstanceProfile, AWS::IAM::Role]",
  Description: "kube-aws Kubernetes cluster particule-k8s-clust"
}
stack template is valid.

Validation OK!
"""


def test_the_article_s_report(article: Article):
    told = article.run("validate")
    assert told.stdout == REPORT
    assert told.returncode == 0
    assert told.stderr.endswith("Valid.\n")


def test_offline_needs_neither_aws_nor_credentials(article: Article):
    shutil.rmtree(article.folder / "credentials")
    told = article.run("validate", "--offline", env={"PATH": article.account.env["PATH"], "AWS_REGION": "x"})
    assert told.returncode == 0, told.stderr
    assert told.stdout.endswith("Validation OK!\n")
    assert "Validation Report" not in told.stdout


def test_what_only_aws_finds_is_told_at_the_template(article: Article):
    template = article.folder / "stack-template.json"
    template.write_text(template.read_text().replace('"Outputs"', '"Rules": {"x": 1}, "Outputs"'))
    told = article.run("validate", "--format", "json")
    found = json.loads(told.stdout)
    assert told.returncode == 1
    assert found["valid"] is False
    assert {finding["file"] for finding in found["findings"]} == {"stack-template.json"}


def test_a_mistake_in_cluster_yaml_stands_at_its_line_in_every_format(article: Article):
    yaml = article.folder / "cluster.yaml"
    yaml.write_text(yaml.read_text() + "instanceCIDR: 10.1.0.0/24\n")
    line = len(yaml.read_text().splitlines())
    text = article.run("validate", "--offline")
    assert text.returncode == 1
    assert f"cluster.yaml:{line}:15: error" in text.stderr
    assert "  instanceCIDR: 10.1.0.0/24\n                ^^^^^^^^^^^" in text.stderr
    assert "is valid" not in text.stdout
    github = article.run("validate", "--offline", "--format", "github")
    assert f"::error file=cluster.yaml,line={line},col=15," in github.stdout
    found = json.loads(article.run("validate", "--offline", "--format", "json").stdout)["findings"]
    assert (found[0]["file"], found[0]["line"]) == ("cluster.yaml", line)


def test_an_unfinished_conflict_is_an_error(article: Article):
    (article.folder / "stack-template.json.new").write_text("{}")
    told = article.run("validate", "--offline")
    assert told.returncode == 1
    assert "stack-template.json.new: error conflict" in told.stderr


@pytest.mark.parametrize("environment", [{"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}])
def test_aws_out_of_reach_still_tells_what_was_found_here(article: Article, environment: dict[str, str]):
    told = article.run("validate", env={**article.account.env, **environment})
    assert told.returncode == 1
    assert "AWS cannot be reached" in told.stderr
    assert "--offline" in told.stderr
    assert "UserData is valid." in told.stdout


def test_nothing_is_written(article: Article):
    yaml = article.folder / "cluster.yaml"
    yaml.write_text(yaml.read_text().replace("workerCount: 2", "workerCount: 3"))
    before = {path: path.read_bytes() for path in article.folder.rglob("*") if path.is_file()}
    assert article.run("validate", "--offline").returncode == 0
    assert {path: path.read_bytes() for path in article.folder.rglob("*") if path.is_file()} == before
