"""The command line: reads it, runs the command, and turns what went wrong into a sentence and a status."""

import argparse
import os
import sys

from sync.central.cli.admin.office import run_command
from sync.central.cli.admin.register import add_commands
from sync.central.cli.options import add_database_options, add_serve_options
from sync.rules.user_error import UserError

SUCCESS, FAILURE, INTERRUPTED = 0, 1, 130


def main(arguments: list[str]) -> int:
    """Run one command and return the process's exit status: 0 only for success."""
    options = _parser().parse_args(arguments)
    try:
        if options.command == "serve":
            # Only now: commands do not wait for the web server to load.
            from sync.central.cli.serve import serve

            return serve(options)
        return run_command(options)
    except UserError as error:
        print(error, file=sys.stderr)
        return FAILURE
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; nothing more can be said, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sync.central",
        description="The office's half of Countersign. Results are JSON lines on stdout, all else is on stderr.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    server = commands.add_parser("serve", help="migrate the database and serve tills and the office")
    add_database_options(server)
    add_serve_options(server)
    admin = commands.add_parser("admin", help="manage networks, tills, codes and staff")
    add_commands(admin.add_subparsers(dest="admin_command", required=True, metavar="COMMAND"))
    return parser
