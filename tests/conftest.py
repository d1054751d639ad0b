import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.embedded_aws import EmbeddedAws

from kube_aws.rehearsal import process

# Tests press Ctrl-C. What a shell runs in the background ignores it, and so would what the tests run.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def embedded_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedAws]:
    """One embedded AWS for the whole run; each test takes an account of its own from it."""
    state: Path = tmp_path_factory.mktemp("rehearsal")
    server = process.start(state, "123456789012", port=0)
    yield EmbeddedAws(server)
    process.stop(state)
