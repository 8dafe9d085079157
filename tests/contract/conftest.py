"""Every store that the contracts run over."""

from contextlib import contextmanager
from pathlib import Path

import pytest

from scim_memory import MemoryStore

STORES = ["memory", "sqlite"]


@contextmanager
def opened(kind: str, folder: Path):
    """Give an empty store of this kind."""
    if kind == "memory":
        yield MemoryStore()
        return
    from scim_peewee import PeeweeStore

    store = PeeweeStore(f"sqlite:///{folder / 'scim.db'}")
    store.migrate()
    try:
        yield store
    finally:
        store.close()


@pytest.fixture(params=STORES)
def any_store(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


@pytest.fixture(params=STORES, scope="module")
def lasting_store(request, tmp_path_factory):
    """For laws: one store for all examples, each of which brings an integration of its own."""
    with opened(request.param, tmp_path_factory.mktemp("law")) as made:
        yield made
