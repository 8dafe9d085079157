"""Logs of the standalone application: one line each on standard error, as JSON or for a person's eyes.

A traceback is logged as the places that it passed and the type of the error, never with the error's own words: those of
a database driver repeat values, and values are personal data.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog

from scim_container.settings import LogFormat, LogLevel

Event = MutableMapping[str, Any]

_LOGGERS = ("scim_plugin", "_granian")
"""The loggers of the standard library that this application and its server write to."""


def configure_logs(level: LogLevel, log_format: LogFormat) -> None:
    """Let structlog and the loggers of the standard library write to standard error. May be called again."""
    as_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            _TIMESTAMP,
            without_words,
            _json if as_json else _console,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(sys.stderr.buffer)
        if as_json
        else structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(server_logging(level, "json" if as_json else "console"))


def server_logging(level: LogLevel, log_format: LogFormat) -> dict[str, Any]:
    """Return how the loggers of the standard library write the same lines, as ``logging.config`` takes it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "scim_container.logs.line_formatter", "log_format": log_format}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"},
        },
        "loggers": {name: {"handlers": ["stderr"], "level": level.upper(), "propagate": False} for name in _LOGGERS},
    }


def line_formatter(log_format: LogFormat) -> logging.Formatter:
    """Return the formatter of the standard library that writes lines like structlog's."""
    return structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            without_words,
            _json_text if log_format == "json" else _console,
        ],
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.stdlib.add_logger_name, _TIMESTAMP],
    )


def without_words(_logger: object, _method: str, event: Event) -> Event:
    """Replace ``exc_info`` by the error's type, the types of its causes, and the places that it passed."""
    info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = " from ".join(_types(error))
        event["trace"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
    return event


def _types(error: BaseException | None) -> list[str]:
    names: list[str] = []
    while error is not None and len(names) < 10:
        names.append(f"{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or error.__context__
    return names


def _json(_logger: object, _method: str, event: Event) -> bytes:
    return orjson.dumps(event, default=repr)


def _json_text(logger: object, method: str, event: Event) -> str:
    return _json(logger, method, event).decode()


_TIMESTAMP = structlog.processors.TimeStamper(fmt="iso", utc=True)
_console = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
