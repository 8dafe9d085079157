"""A log line is one line, says where an error came from, and never what the error said."""

import json
import logging
import sys

import pytest
import structlog

from scim_container.logs import configure_logs, without_words

pytestmark = pytest.mark.usefixtures("quiet_logs")


def failing(*, cause=False):
    if cause:
        try:
            failing()
        except ValueError as error:
            raise RuntimeError("kim@example.com") from error
    raise ValueError("kim@example.com")


def test_an_event_is_one_line_of_json(capsys):
    configure_logs("info", "auto")
    log = structlog.get_logger("test")
    log.debug("unheard")
    log.info("request", status=200, path="/a\nb")
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["status"], event["level"], event["path"]) == ("request", 200, "info", "/a\nb")
    assert event["timestamp"].endswith("Z")


def test_an_event_can_be_written_for_people(capsys):
    configure_logs("info", "console")
    structlog.get_logger("test").warning("request", status=200)
    (line,) = capsys.readouterr().err.splitlines()
    assert "request" in line
    assert "status=200" in line


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_the_standard_library_writes_the_same_lines_without_an_errors_words(capsys, log_format):
    configure_logs("warning", log_format)
    try:
        failing()
    except ValueError:
        logging.getLogger("scim_plugin").exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert "failed" in line
    assert "builtins.ValueError" in line
    assert "test_logs.py" in line
    assert "kim@example.com" not in line


def test_the_types_of_all_causes_are_told():
    with pytest.raises(RuntimeError) as caught:
        failing(cause=True)
    event = without_words(None, "error", {"exc_info": caught.value})
    assert event["error"] == "builtins.RuntimeError from builtins.ValueError"
    assert "kim@example.com" not in str(event)
    try:
        failing()
    except ValueError:
        assert without_words(None, "error", {"exc_info": True})["error"] == "builtins.ValueError"
        assert without_words(None, "error", {"exc_info": sys.exc_info()})["error"] == "builtins.ValueError"
    assert without_words(None, "info", {"event": "x"}) == {"event": "x"}
