"""What the tests of the composition root share."""

import logging

import pytest
import structlog


@pytest.fixture
def quiet_logs():
    """Give structlog and the loggers of the standard library back as they were."""
    yield
    structlog.reset_defaults()
    for name in ("scim_plugin", "_granian"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.setLevel(logging.NOTSET)
        logger.propagate = True
