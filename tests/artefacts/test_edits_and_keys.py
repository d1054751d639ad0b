"""Whatever happens to a folder, in any order: no edit and no key is ever lost."""

import json
import shutil

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kube_aws.operations.render import current
from kube_aws.terminal.error import UserError

from .cluster_folder import artefacts, configure, contents, in_memory, make, rendered, write
from .killed import killed_at

TEXTS = st.sampled_from(["mine\n", "also mine\n", "#!/bin/sh\n"])
KEYS = st.fixed_dictionaries(
    {
        "workerCount": st.integers(1, 3),
        "dnsServiceIP": st.sampled_from(["10.3.0.10", "10.3.0.11"]),
        "addons": st.sampled_from(["{}", "{metrics-server: {enabled: false}}", "{coredns: {replicas: 3}}"]),
    }
)
# Files of every kind: of one role, of both, an add-on that comes and goes, the template, the record's own.
CHOSEN = st.sampled_from(
    [
        "stack-template.json",
        "kubeconfig",
        "userdata/.gitattributes",
        "userdata/controller/etc/kube-aws/cluster.env",
        "userdata/worker/etc/kube-aws/cluster.env",
        "userdata/worker/ignition.json",
        "userdata/addons/metrics-server/deployment.yaml",
        "userdata/addons/coredns/coredns.yaml",
    ]
)
OWN = st.sampled_from(
    ["userdata/worker/opt/own", "userdata/controller/etc/own.conf", "userdata/addons/own.yaml"]
)


class Folder(RuleBasedStateMachine):
    """A person, the tool, git and misfortune at work on one folder."""

    def __init__(self) -> None:
        super().__init__()
        self.place = in_memory()
        self.folder = make(self.place / "cluster")
        self.edits: dict[str, bytes] = {}
        self.deleted: set[str] = set()
        self.keys: set[bytes] = set()
        self.settled = False

    def teardown(self) -> None:
        shutil.rmtree(self.place)

    @initialize()
    def first_render(self) -> None:
        rendered(self.folder)
        self.learn_keys()

    def learn_keys(self) -> None:
        kept = contents(self.folder / "credentials")
        self.keys |= {text for name, text in kept.items() if name.endswith("-key.pem") or "-" in name}
        self.settled = True

    @rule(path=CHOSEN, text=TEXTS)
    def edit(self, path: str, text: str) -> None:
        write(self.folder, path, text)
        self.edits[path] = text.encode()
        self.deleted.discard(path)
        self.settled = False

    @rule(path=OWN, text=TEXTS)
    def add_a_file(self, path: str, text: str) -> None:
        self.edit(path, text)

    @rule(path=CHOSEN)
    def delete(self, path: str) -> None:
        if (self.folder / path).exists():
            (self.folder / path).unlink()
            self.edits.pop(path, None)
            self.deleted.add(path)
            self.settled = False

    @rule(keys=KEYS)
    def change_cluster_yaml(self, keys: dict[str, object]) -> None:
        configure(self.folder, **keys)
        self.settled = False

    @rule(text=TEXTS)
    def merge_in_the_new_file(self, text: str) -> None:
        for path in sorted(self.folder.rglob("*.new"))[:1]:
            path.write_text(text)
            self.edits[str(path.relative_to(self.folder))] = text.encode()

    @rule(take=st.booleans())
    def settle_a_conflict(self, take: bool) -> None:
        for path in sorted(self.folder.rglob("*.new"))[:1]:
            name = str(path.relative_to(self.folder))
            merged = self.edits.pop(name, None)
            if take:
                path.replace(path.with_suffix(""))
                self.edits.pop(name.removesuffix(".new"), None)
                self.deleted.discard(name.removesuffix(".new"))
                if merged is not None:
                    self.edits[name.removesuffix(".new")] = merged
            else:
                path.unlink()
            self.settled = False

    def attempt(self, *reset: str, new_credentials: bool = False) -> bool:
        """Render; False where that is refused because a `<file>.new` holds edits."""
        record = json.loads((self.folder / "rendered.lock").read_text())
        # A file that was deleted and then rendered no more is forgotten: it may come back.
        self.deleted &= set(record["files"])
        try:
            rendered(self.folder, *reset, new_credentials=new_credentials)
        except UserError as error:
            assert "holds edits" in error.what
            assert any(name.endswith(".new") for name in self.edits)
            return False
        self.settled = True
        return True

    @rule()
    def render(self) -> None:
        self.attempt()

    @rule(change=st.integers(0, 140))
    def render_and_be_killed(self, change: int) -> None:
        def work() -> None:
            rendered(self.folder)

        killed_at(change, work)
        self.settled = False

    @rule(path=CHOSEN.filter(lambda path: "addons" not in path))
    def reset(self, path: str) -> None:
        if self.attempt(path):
            self.edits.pop(path, None)
            self.deleted.discard(path)

    @rule()
    def new_credentials(self) -> None:
        if self.attempt(new_credentials=True):
            self.learn_keys()

    @rule()
    def clone(self) -> None:
        """What git carries: all but credentials/. Rendering there gives the same files, and no keys."""
        copy = self.place / "clone"
        shutil.copytree(self.folder, copy, ignore=shutil.ignore_patterns("credentials*"))
        try:
            rendered(copy)
            assert not (copy / "credentials").exists()
            if self.settled:
                assert artefacts(copy) == artefacts(self.folder)
        except UserError as error:
            assert "holds edits" in error.what
        finally:
            shutil.rmtree(copy)

    @precondition(lambda self: self.settled)
    @rule()
    def come_from_another_version(self) -> None:
        """Its files are used as they lie; only render takes them on."""
        record = self.folder / "rendered.lock"
        record.write_text(json.dumps({**json.loads(record.read_text()), "version": "0.0.9"}))
        now = current(self.folder)
        assert not now.stale
        assert {f.id for f in now.findings} >= {"other-version"}

    @invariant()
    def no_edit_is_lost(self) -> None:
        for path, text in self.edits.items():
            assert (self.folder / path).read_bytes() == text, path

    @invariant()
    def what_was_deleted_stays_deleted(self) -> None:
        if self.settled:
            assert not [path for path in self.deleted if (self.folder / path).exists()]

    @invariant()
    def no_key_is_lost(self) -> None:
        assert self.keys <= set(contents(self.folder).values())

    @invariant()
    def a_finished_render_leaves_nothing_to_do(self) -> None:
        if self.settled:
            assert not list(self.folder.rglob(".kube-aws-*"))
            assert not current(self.folder).stale


Folder.TestCase.settings = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),  # shrinking takes minutes: each step renders
    suppress_health_check=[HealthCheck.too_slow],
)
test_no_edit_and_no_key_is_lost = Folder.TestCase
