"""What the tests of conformance share: a client of the real application, over each kind of store in turn."""

import pytest

from tests.conformance.scim import Scim
from tests.http.conftest import STORES, open_store


@pytest.fixture(params=STORES)
def scim(request, tmp_path):
    """Return a client of an integration of type ``rfc-strict`` that nobody has used before."""
    store = open_store(request.param, tmp_path)
    yield Scim.over(store)
    if request.param != "memory":
        store.close()
