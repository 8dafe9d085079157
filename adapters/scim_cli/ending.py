"""The end of a worker: it hears one signal, once, and closes every connection behind the answer that it gives.

Granian's worker waits for both SIGINT and SIGTERM in its main thread, where a second one that comes while it handles
the first stops it for good: Ctrl-C, which all processes hear, is followed by the SIGTERM of the parent. And it tells
its connections to end, but one that is busy in that moment does not hear it: a client that goes on asking would keep
the worker alive. Both end with SIGKILL in the middle of a request.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class Ending:
    """A WSGI application that notices when its process is told to stop."""

    def __init__(self, application: WSGIApplication) -> None:
        """Answer as *application* does. Make it in the main thread, before others are started, which inherit its mask.

        SIGINT is the parent's to hear, which sends SIGTERM; that comes to a thread of its own, not to a handler.
        """
        self._application = application
        self._has_begun = False
        if hasattr(signal, "pthread_sigmask"):  # not on Windows
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
            threading.Thread(target=self._wait, name="ending", daemon=True).start()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        if not self._has_begun:
            return self._application(environ, start_response)

        def start_and_close(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, [*headers, ("Connection", "close")], *error)

        return self._application(environ, start_and_close)

    def _wait(self) -> None:
        number = signal.sigwait({signal.SIGTERM})
        self._has_begun = True
        handler = signal.getsignal(number)  # by now the server's
        if callable(handler):
            handler(number, None)
