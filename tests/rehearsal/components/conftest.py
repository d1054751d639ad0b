import pytest


@pytest.fixture(autouse=True)
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The official sites do not answer, wherever the tests run."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
