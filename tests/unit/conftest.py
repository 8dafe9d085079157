"""What the tests of the core share: three leniencies, and a clock that stands still."""

import pytest
from freezegun import freeze_time

from scim_plugin.dialects.dialect import ENTRA_ID, OKTA, Dialect
from scim_plugin.protocol.leniency import STRICT


@pytest.fixture
def strict():
    return STRICT


@pytest.fixture
def entra():
    return Dialect(ENTRA_ID)


@pytest.fixture
def okta():
    return Dialect(OKTA)


@pytest.fixture
def clock():
    """It is 2026-01-31T08:00:00Z, until the test moves the clock."""
    with freeze_time("2026-01-31T08:00:00Z") as frozen:
        yield frozen
