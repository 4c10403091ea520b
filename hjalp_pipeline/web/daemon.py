"""Dagster's daemon as a child of the server: it ends when the server closes the pipe, or dies and the system closes it.

Left alone it would go on taking runs from the queue, with no code server to run them.
"""

import contextlib
import logging
import os
import signal
import sys
import threading

from dagster._daemon.cli import run_command


def _end_with_the_server() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGINT)


if __name__ == "__main__":
    # Said on the first start of an instance, when there is nothing to ignore.
    logging.getLogger("dagster.daemon.EventLogConsumerDaemon").addFilter(lambda it: "No cursor" not in it.getMessage())
    with contextlib.suppress(KeyboardInterrupt):  # also while it is still starting
        threading.Thread(target=_end_with_the_server, daemon=True).start()
        with run_command.make_context("run", sys.argv[1:]) as context:
            run_command.invoke(context)
