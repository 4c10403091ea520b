"""What can be typed after ``hjalp``: commands, options, and what they are for."""

import argparse
from pathlib import Path
from typing import Any

from hjalp_pipeline.storage.root import DEFAULT, STATISTICS


class _Command(argparse.ArgumentParser):
    """A command: what all of them take."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.add_argument(
            "--statistic", choices=STATISTICS, default=DEFAULT, help=f"whose folder is meant (default: {DEFAULT})"
        )


def parser() -> argparse.ArgumentParser:
    """The command line; ``command`` of what it reads is the name of the command, ``usage`` refuses it with a sentence."""
    whole = argparse.ArgumentParser(
        prog="hjalp",
        description="The production line of the statistic Udlån af hjælpemidler. Data lie in $HJALP_DATA (default: data/).",
    )
    commands = whole.add_subparsers(required=True, metavar="COMMAND", parser_class=_Command)

    demo = commands.add_parser("demo", help="make a small country and run the whole statistic on it")
    demo.add_argument("--scale", type=float, default=0.01, help="1 is national size (default: 0.01)")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--fresh", action="store_true", help="remove what an earlier demo left in the data root first")
    demo.set_defaults(command="demo", usage=demo.error)

    synth = commands.add_parser("synth", help="write the made-up country alone")
    synth.add_argument("--out", type=Path, required=True, help="data root to write (must not hold an inbox)")
    synth.add_argument("--scale", type=float, default=0.01, help="1 is national size (default: 0.01)")
    synth.add_argument("--seed", type=int, default=1)
    synth.set_defaults(command="synth", usage=synth.error)

    run = commands.add_parser("run", help="run a quarter: intake, rules, ledger, gate, tables")
    run.add_argument("--quarter", "--period", required=True, help="2025K1")
    run.add_argument("--kommune", nargs="+", action="extend", metavar="KOMNR", help="only these kommuner's deliveries")
    run.set_defaults(command="run", usage=run.error)

    release = commands.add_parser("release", help="make a release from releases/NAME.toml")
    release.add_argument("name", nargs="?", help="2024v2")
    release.add_argument("--propose", metavar="NAME", help="write releases/NAME.toml for a person to set, instead")
    release.add_argument("--from", dest="earlier", metavar="RELEASE", help="with --propose: the release it follows")
    release.set_defaults(command="release", usage=release.error)

    audit = commands.add_parser("audit", help="attack published releases together; exit 1 when a hidden cell gives way")
    audit.add_argument("names", nargs="+", metavar="RELEASE", help="2024v1 2024v2, oldest first")
    audit.set_defaults(command="audit", usage=audit.error)

    status = commands.add_parser("status", help="the gate: who has delivered, and is what is stored the newest")
    status.add_argument("--quarter", "--period", help="2025K1 (default: the newest with deliveries)")
    status.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    status.set_defaults(command="status", usage=status.error)

    remind = commands.add_parser("remind", help="who is to hear from us today: list, letters and the office's page")
    remind.add_argument("--date", metavar="DAY", help="the list of another day (2025-04-22)")
    remind.add_argument("--sent", metavar="DAY", help="record what that day's list proposes as sent, instead")
    remind.add_argument("--kommune", nargs="+", action="extend", metavar="KOMNR", help="with --sent: only these")
    remind.add_argument("--by", metavar="INITIALS", help="with --sent: who sent them")
    remind.set_defaults(command="remind", usage=remind.error)

    microdata = commands.add_parser("microdata", help="a release's microdata for SPSS or Stata, in a new folder")
    microdata.add_argument("name", help="2024v1")
    microdata.add_argument("--format", required=True, choices=["sav", "dta"], help="sav is SPSS, dta is Stata")
    microdata.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="must not exist yet")
    microdata.set_defaults(command="microdata", usage=microdata.error)

    specification = commands.add_parser("specification", help="the requirement specification, and vendors' error rates")
    specification.add_argument("--date", metavar="DAY", help="as it is on this day, 2025-07-01 (default: today)")
    specification.set_defaults(command="specification", usage=specification.error)

    _add_ui(commands)
    _add_care(commands)
    _add_approvals(commands)
    return whole


def _add_ui(commands: "argparse._SubParsersAction[_Command]") -> None:
    ui = commands.add_parser("ui", help="the Dagster UI and daemon on this data root")
    ui.add_argument("--host", default="127.0.0.1", help="another than this machine only with --behind-proxy")
    ui.add_argument("--port", type=int, default=3000)
    ui.add_argument("--read-only", action="store_true", help="for viewers: nothing can be started; runs no daemon")
    ui.add_argument(
        "--behind-proxy", metavar="ORIGIN", help="https://NAME as browsers see it, served by a proxy with login"
    )
    ui.add_argument(
        "--proxy-address", nargs="+", action="extend", metavar="IP", help="the proxy, when on another machine"
    )
    ui.set_defaults(command="ui", usage=ui.error)


def _add_care(commands: "argparse._SubParsersAction[_Command]") -> None:
    verify = commands.add_parser("verify", help="what stands on the disk against what was written; exit 1 and names")
    verify.add_argument(
        "name", nargs="?", metavar="RELEASE", help="2024v1 and its inputs (default: all releases and the lake)"
    )
    verify.set_defaults(command="verify", usage=verify.error)

    migrate = commands.add_parser("migrate", help="move a data root of version 0.3.1 or older to a folder by statistic")
    migrate.set_defaults(command="migrate", usage=migrate.error)

    prune = commands.add_parser("prune", help="what nothing refers to any more, and inputs past their time; names them")
    prune.add_argument("--yes", action="store_true", help="remove what was computed and nothing refers to")
    prune.add_argument("--inputs", action="store_true", help="with --yes: old deliveries and extracts as well")
    prune.add_argument("--by", metavar="INITIALS", help="with --inputs: who removes them")
    prune.set_defaults(command="prune", usage=prune.error)


def _add_approvals(commands: "argparse._SubParsersAction[_Command]") -> None:
    approve = commands.add_parser("approve", help="record what a kommune has decided; appended, never edited")
    approve.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approve.add_argument("--kommune", required=True, metavar="KOMNR")
    approve.add_argument(
        "--kind", required=True, action="append", help="what is decided on: K1..K4, PARAGRAF (several times), or ALLE"
    )
    approve.add_argument("--decision", required=True, help="godkendt or afvist")
    approve.add_argument("--by", required=True, help="who decided")
    approve.add_argument("--note", default="")
    approve.add_argument("--at", metavar="TIME", help="when it was decided, Danish time (default: now)")
    approve.set_defaults(command="approve", usage=approve.error)

    approvals = commands.add_parser("approvals", help="who has approved what of a year, who takes part, and why not")
    approvals.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approvals.add_argument("--release", help="as in this release (default: as of now)")
    approvals.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    approvals.set_defaults(command="approvals", usage=approvals.error)

    reports = commands.add_parser("reports", help="approval reports: what each kommune is asked to approve of a year")
    reports.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    reports.add_argument(
        "--quarter", "--period", help="2025K1: the deliveries they are made from (default: newest quarter run)"
    )
    reports.add_argument(
        "--until", metavar="DATE", help="answer wanted by, 2025-06-20 (default: what the release says)"
    )
    reports.set_defaults(command="reports", usage=reports.error)
