"""A registry that forgets what a test registers."""

import pytest

from generallevel import registry


@pytest.fixture(autouse=True)
def _registry_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.list_metrics()  # everything that is to stay is there
    monkeypatch.setattr(registry, "_metrics", dict(registry._metrics))
    monkeypatch.setattr(registry, "_folded", dict(registry._folded))
