"""What can be typed after ``hjalp``: commands, options, and what they are for."""

import argparse
from pathlib import Path
from typing import Any

from hjalp_pipeline.storage.root import DEFAULT, STATISTICS
from hjalp_pipeline.terminal.server_parser import add_servers


class _Command(argparse.ArgumentParser):
    """A command: what all of them take. ``every``: without a statistic named it is for all of them."""

    def __init__(self, *, every: bool = False, **options: Any) -> None:
        super().__init__(**options)
        default, word = (None, "all of them") if every else (DEFAULT, DEFAULT)
        self.add_argument("--statistic", choices=STATISTICS, default=default, help=f"which statistic (default: {word})")


def parser() -> argparse.ArgumentParser:
    """The command line; ``command`` of what it reads is the name of the command, ``usage`` refuses it with a sentence."""
    whole = argparse.ArgumentParser(
        prog="hjalp",
        description="The production system of the statistics Udlån af hjælpemidler and Handicap og udsatte (voksne). "
        "Data lie in $HJALP_DATA (default: data/).",
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND", parser_class=_Command)

    _add_beginning(commands)

    demo = commands.add_parser(
        "demo", help="make a small made-up country and run every statistic on it, or the one named", every=True
    )
    demo.add_argument("--scale", type=float, default=0.1, help="1 is national size (default: 0.1)")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--fresh", action="store_true", help="remove what an earlier demo left in the data root first")
    demo.add_argument("--story", action="store_true", help="play the story of the statistic named, step by step")
    demo.set_defaults(command="demo", usage=demo.error)

    synth = commands.add_parser("synth", help="make the made-up country only")
    synth.add_argument("--out", type=Path, required=True, help="the data root to write to (must not hold an inbox)")
    synth.add_argument("--scale", type=float, default=0.01, help="1 is national size (default: 0.01)")
    synth.add_argument("--seed", type=int, default=1)
    synth.set_defaults(command="synth", usage=synth.error)

    run = commands.add_parser("run", help="compute a quarter or month: read deliveries, rules, ledger, gate, tables")
    run.add_argument("--quarter", "--month", "--period", required=True, help="for example 2025K1, 2025M03")
    run.add_argument(
        "--kommune", nargs="+", action="extend", metavar="KOMNR", help="read only the deliveries of these kommuner"
    )
    run.set_defaults(command="run", usage=run.error)

    release = commands.add_parser("release", help="make a release from releases/NAME.toml")
    release.add_argument("name", nargs="?", help="for example 2024v2")
    release.add_argument(
        "--propose", metavar="NAME", help="instead: write a proposed releases/NAME.toml to check and set"
    )
    release.add_argument("--from", dest="earlier", metavar="RELEASE", help="with --propose: the release before it")
    release.set_defaults(command="release", usage=release.error)

    audit = commands.add_parser(
        "audit", help="try to compute hidden cells of published releases; exit 1 when one is not protected"
    )
    _audited(audit)
    audit.set_defaults(command="audit", usage=audit.error)

    status = commands.add_parser("status", help="the gate: who has delivered, and whether what is stored is the newest")
    status.add_argument(
        "--quarter", "--month", "--period", help="for example 2025K1 (default: the newest with deliveries)"
    )
    status.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    status.set_defaults(command="status", usage=status.error)

    remind = commands.add_parser("remind", help="who is due a reminder today: list, letters and the office's page")
    remind.add_argument("--date", metavar="DAY", help="the list of another day, for example 2025-04-22")
    remind.add_argument("--sent", metavar="DAY", help="instead: record what that day's list proposes as sent")
    remind.add_argument(
        "--kommune", nargs="+", action="extend", metavar="KOMNR", help="with --sent: only these kommuner"
    )
    remind.add_argument("--by", metavar="INITIALS", help="with --sent: who sent them")
    remind.set_defaults(command="remind", usage=remind.error)

    microdata = commands.add_parser("microdata", help="write a release's microdata for SPSS or Stata into a new folder")
    microdata.add_argument("name", help="for example 2024v1")
    microdata.add_argument("--format", required=True, choices=["sav", "dta"], help="sav is SPSS, dta is Stata")
    microdata.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="must not exist yet")
    microdata.set_defaults(command="microdata", usage=microdata.error)

    specification = commands.add_parser(
        "specification", help="write the requirement specification and vendors' error rates"
    )
    specification.add_argument(
        "--date", metavar="DAY", help="as it is on this day, for example 2025-07-01 (default: today)"
    )
    specification.set_defaults(command="specification", usage=specification.error)

    _add_query(commands)
    add_servers(commands)
    _add_care(commands)
    _add_approvals(commands)
    for shown in commands._get_subactions():
        commands.choices[shown.dest].description = f"{str(shown.help)[0].upper()}{str(shown.help)[1:]}."
    return whole


def _add_query(commands: "argparse._SubParsersAction[_Command]") -> None:
    query = commands.add_parser(
        "query",
        help="ask the analysts' database; without a statement: its views",
        epilog="example: hjalp query \"select * from released.hjalp1_newest where kommunedk = '540'\" "
        "(docs/analysts.md has ten questions)",
    )
    query.add_argument("statement", nargs="?", metavar="SELECT", help="one select, or the name of a view: its columns")
    query.add_argument(
        "--format",
        choices=["table", "csv", "json"],
        default="table",
        help="csv and json have all rows (default: table)",
    )
    query.add_argument(
        "--rows", type=int, default=50, metavar="N", help="rows that a table shows at most, 0: all (default: 50)"
    )
    query.set_defaults(command="query", usage=query.error)

    table = commands.add_parser("table", help="make a table to order from ORDER.toml, protected with all that is out")
    table.add_argument(
        "order", type=Path, metavar="ORDER.toml", help="what is counted, for whom (docs/tailored-tables.md)"
    )
    table.set_defaults(command="table", usage=table.error)


def _add_beginning(commands: "argparse._SubParsersAction[_Command]") -> None:
    init = commands.add_parser("init", help="make an empty data root: folders, code lists, an example of a definition")
    init.add_argument("folder", type=Path, metavar="DIR", help="what is there already stays as it is")
    init.set_defaults(command="init", usage=init.error)

    check = commands.add_parser(
        "check", help="everything that is wrong in the data root, and what to do next; exit 1 when wrong"
    )
    check.set_defaults(command="check", usage=check.error)

    key = commands.add_parser("key", help="make the office's key, by which cells are hidden; refuses when there is one")
    key.set_defaults(command="key", usage=key.error)


def _add_care(commands: "argparse._SubParsersAction[_Command]") -> None:
    mail = commands.add_parser("mail", help="whom the office's mails go to, and which wait; --test sends one")
    mail.add_argument("--test", action="store_true", help="send one mail now and say what the server answered")
    mail.set_defaults(command="mail", usage=mail.error)

    verify = commands.add_parser(
        "verify", help="check that files are as they were written; names those that are not, exit 1"
    )
    verify.add_argument(
        "name",
        nargs="?",
        metavar="RELEASE",
        help="only this release and its inputs (default: all releases and the lake)",
    )
    verify.set_defaults(command="verify", usage=verify.error)

    migrate = commands.add_parser(
        "migrate", help="move a data root of version 0.3.1 or older to one folder per statistic"
    )
    migrate.set_defaults(command="migrate", usage=migrate.error)

    prune = commands.add_parser("prune", help="list files that nothing refers to any more, and inputs past their time")
    prune.add_argument("--yes", action="store_true", help="remove results that nothing refers to any more")
    prune.add_argument("--inputs", action="store_true", help="with --yes: remove old deliveries and extracts as well")
    prune.add_argument("--by", metavar="INITIALS", help="with --inputs: who removes them")
    prune.set_defaults(command="prune", usage=prune.error)


def _add_approvals(commands: "argparse._SubParsersAction[_Command]") -> None:
    approve = commands.add_parser("approve", help="record a decision of a kommune; it is appended, never edited")
    approve.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approve.add_argument("--kommune", required=True, metavar="KOMNR")
    approve.add_argument(
        "--kind",
        required=True,
        action="append",
        help="what is decided on: K1..K4, PARAGRAF or ALLE; may be given several times",
    )
    approve.add_argument("--decision", required=True, help="godkendt or afvist")
    approve.add_argument("--by", required=True, help="who decided")
    approve.add_argument("--note", default="")
    approve.add_argument("--at", metavar="TIME", help="when it was decided, Danish time (default: now)")
    approve.set_defaults(command="approve", usage=approve.error)

    approvals = commands.add_parser(
        "approvals", help="who has approved what of a year, who takes part, and why others do not"
    )
    approvals.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approvals.add_argument("--release", help="as in this release (default: as of now)")
    approvals.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    approvals.set_defaults(command="approvals", usage=approvals.error)

    reports = commands.add_parser(
        "reports", help="write approval reports: what each kommune is asked to approve of a year"
    )
    reports.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    reports.add_argument(
        "--quarter",
        "--month",
        "--period",
        help="period of the deliveries to use, for example 2025K1 (default: the newest run)",
    )
    reports.add_argument(
        "--until",
        metavar="DATE",
        help="deadline, for example 2025-06-20 (default: codelists/approval_deadlines.csv, else the release's approvals_until)",
    )
    reports.set_defaults(command="reports", usage=reports.error)


def _audited(audit: argparse.ArgumentParser) -> None:
    audit.add_argument("names", nargs="+", metavar="RELEASE", help="for example 2024v1 2024v2, oldest first")
    help_ = "as whom, each once: a kommune knows its figures, a person his cell of 1 or 2, program runs it (default: as definitions ask)"
    audit.add_argument("--reader", action="append", choices=("outsider", "kommune", "person", "program"), help=help_)
