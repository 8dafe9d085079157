"""A running server, with one worker and with three."""

import pytest

from scim_peewee import PeeweeStore
from tests.server.process import Server


@pytest.fixture(scope="module", params=[1, 3], ids=["one worker", "three workers"])
def server(request, tmp_path_factory):
    started = Server(tmp_path_factory.mktemp("server")).start(workers=request.param)
    yield started
    started.kill()


@pytest.fixture
def stopped(tmp_path):
    """A server that the test starts; it is killed afterwards."""
    made = Server(tmp_path)
    yield made
    if made.process is not None:
        made.kill()


@pytest.fixture
def store(server):
    """The database of the running server."""
    opened = PeeweeStore(server.url)
    yield opened
    opened.close()
