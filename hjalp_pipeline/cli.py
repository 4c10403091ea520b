"""The command line. Thin: every command that makes something calls a Dagster job on the instance below the data root.

Imports are inside the commands, so that ``hjalp --help`` need not load Dagster.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from hjalp_pipeline.storage.root import DataRoot


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of ``hjalp``; returns the exit code."""
    os.umask(0o077)  # what is for others to read gets its mode from who writes it
    options = _parser().parse_args(arguments)
    try:
        result: int = options.command(options)
    except Exception as fault:
        told = _sentence(fault)
        if told is None:
            raise
        sys.stderr.write(f"{told}\n")
        return 1
    return result


def _sentence(fault: Exception) -> str | None:
    """What went wrong in words for people, None for what nobody foresaw."""
    from hjalp_pipeline.production.disk import disk_sentence  # noqa: PLC0415
    from hjalp_pipeline.production.pins import ReleaseRefused  # noqa: PLC0415
    from hjalp_pipeline.publishing.definition import DefinitionError  # noqa: PLC0415
    from hjalp_pipeline.storage.codelists import InputError  # noqa: PLC0415

    if isinstance(fault, InputError | DefinitionError | ReleaseRefused):
        return str(fault)
    return disk_sentence(fault, DataRoot.from_environment())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="hjalp",
        description="The production line of the statistic Udlån af hjælpemidler. Data lie in $HJALP_DATA (default: data/).",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", help="make a small country and run the whole statistic on it")
    demo.add_argument("--scale", type=float, default=0.01, help="1 is national size (default: 0.01)")
    demo.add_argument("--seed", type=int, default=1)
    demo.add_argument("--fresh", action="store_true", help="remove what an earlier demo left in the data root first")
    demo.set_defaults(command=_demo)

    synth = commands.add_parser("synth", help="write the made-up country alone")
    synth.add_argument("--out", type=Path, required=True, help="data root to write (must not hold an inbox)")
    synth.add_argument("--scale", type=float, default=0.01, help="1 is national size (default: 0.01)")
    synth.add_argument("--seed", type=int, default=1)
    synth.set_defaults(command=_synth)

    run = commands.add_parser("run", help="run a quarter: intake, rules, ledger, gate, tables")
    run.add_argument("--quarter", required=True, help="2025K1")
    run.add_argument("--kommune", nargs="+", action="extend", metavar="KOMNR", help="only these kommuner's deliveries")
    run.set_defaults(command=_run)

    release = commands.add_parser("release", help="make a release from releases/NAME.toml")
    release.add_argument("name", nargs="?", help="2024v2")
    release.add_argument("--propose", metavar="NAME", help="write releases/NAME.toml for a person to set, instead")
    release.add_argument("--from", dest="earlier", metavar="RELEASE", help="with --propose: the release it follows")
    release.set_defaults(command=_release, usage=release.error)

    audit = commands.add_parser("audit", help="attack published releases together; exit 1 when a hidden cell gives way")
    audit.add_argument("names", nargs="+", metavar="RELEASE", help="2024v1 2024v2, oldest first")
    audit.set_defaults(command=_audit)

    status = commands.add_parser("status", help="the gate: who has delivered, and is what is stored the newest")
    status.add_argument("--quarter", help="2025K1 (default: the newest with deliveries)")
    status.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    status.set_defaults(command=_status)

    remind = commands.add_parser("remind", help="who is to hear from us today: list, letters and the office's page")
    remind.add_argument("--date", metavar="DAY", help="the list of another day (2025-04-22)")
    remind.add_argument("--sent", metavar="DAY", help="record what that day's list proposes as sent, instead")
    remind.add_argument("--kommune", nargs="+", action="extend", metavar="KOMNR", help="with --sent: only these")
    remind.add_argument("--by", metavar="INITIALS", help="with --sent: who sent them")
    remind.set_defaults(command=_remind, usage=remind.error)

    microdata = commands.add_parser("microdata", help="a release's microdata for SPSS or Stata, in a new folder")
    microdata.add_argument("name", help="2024v1")
    microdata.add_argument("--format", required=True, choices=["sav", "dta"], help="sav is SPSS, dta is Stata")
    microdata.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="must not exist yet")
    microdata.set_defaults(command=_microdata)

    specification = commands.add_parser("specification", help="the requirement specification, and vendors' error rates")
    specification.add_argument("--date", metavar="DAY", help="as it is on this day, 2025-07-01 (default: today)")
    specification.set_defaults(command=_specification)

    _add_ui(commands)
    _add_care(commands)
    _add_approvals(commands)
    return parser


def _add_ui(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
    ui.set_defaults(command=_ui, usage=ui.error)


def _add_care(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    verify = commands.add_parser("verify", help="what stands on the disk against what was written; exit 1 and names")
    verify.add_argument(
        "name", nargs="?", metavar="RELEASE", help="2024v1 and its inputs (default: all releases and the lake)"
    )
    verify.set_defaults(command=_verify)

    prune = commands.add_parser("prune", help="what nothing refers to any more, and inputs past their time; names them")
    prune.add_argument("--yes", action="store_true", help="remove what was computed and nothing refers to")
    prune.add_argument("--inputs", action="store_true", help="with --yes: old deliveries and extracts as well")
    prune.add_argument("--by", metavar="INITIALS", help="with --inputs: who removes them")
    prune.set_defaults(command=_prune, usage=prune.error)


def _add_approvals(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    approve = commands.add_parser("approve", help="take down what a kommune has decided; appended, never edited")
    approve.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approve.add_argument("--kommune", required=True, metavar="KOMNR")
    approve.add_argument("--kind", required=True, action="append", help="K1..K4, PARAGRAF (several times), or ALLE")
    approve.add_argument("--decision", required=True, help="godkendt or afvist")
    approve.add_argument("--by", required=True, help="who decided")
    approve.add_argument("--note", default="")
    approve.add_argument("--at", metavar="TIME", help="when it was decided, Danish time (default: now)")
    approve.set_defaults(command=_approve)

    approvals = commands.add_parser("approvals", help="who has approved what of a year, who takes part, and why not")
    approvals.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    approvals.add_argument("--release", help="as in this release (default: as of now)")
    approvals.add_argument("--json", action="store_true", help="a list of 98 objects instead of a table")
    approvals.set_defaults(command=_approvals)

    reports = commands.add_parser("reports", help="approval reports: what each kommune is asked to approve of a year")
    reports.add_argument("--aar", type=int, required=True, help="reference year, 2024")
    reports.add_argument("--quarter", help="2025K1: the deliveries they are made from (default: newest quarter run)")
    reports.add_argument(
        "--until", metavar="DATE", help="answer wanted by, 2025-06-20 (default: what the release says)"
    )
    reports.set_defaults(command=_reports)


def _demo(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.demo import demo  # noqa: PLC0415

    return demo(DataRoot.from_environment(), scale=options.scale, seed=options.seed, fresh=options.fresh)


def _synth(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.demo import synthesise  # noqa: PLC0415

    return synthesise(DataRoot(options.out.resolve()), scale=options.scale, seed=options.seed)


def _run(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.commands import run_quarter  # noqa: PLC0415

    return run_quarter(DataRoot.from_environment(), options.quarter, options.kommune)


def _release(options: argparse.Namespace) -> int:
    if (options.name is None) == (options.propose is None) or (options.propose is None) != (options.earlier is None):
        options.usage("name a release to make, or --propose NAME --from RELEASE")
    if options.propose is not None:
        from hjalp_pipeline.terminal.proposal import run_proposal  # noqa: PLC0415

        return run_proposal(DataRoot.from_environment(), options.propose, options.earlier)
    from hjalp_pipeline.terminal.commands import run_release  # noqa: PLC0415

    return run_release(DataRoot.from_environment(), options.name)


def _audit(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.audit import run_audit  # noqa: PLC0415

    return run_audit(DataRoot.from_environment(), options.names)


def _status(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.commands import run_status  # noqa: PLC0415

    rows = run_status(DataRoot.from_environment(), options.quarter, show=not options.json)
    if rows is None:
        return 1
    if options.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    return 0


def _prune(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.prune import run_prune  # noqa: PLC0415

    if options.inputs and not (options.yes and options.by):
        options.usage("--inputs needs --yes and --by INITIALS")
    return run_prune(DataRoot.from_environment(), do=options.yes, by=options.by if options.inputs else None)


def _verify(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.verification import run_verify  # noqa: PLC0415

    return run_verify(DataRoot.from_environment(), options.name)


def _approve(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.approvals import run_approve  # noqa: PLC0415

    return run_approve(
        DataRoot.from_environment(),
        options.aar,
        options.kommune,
        options.kind,
        options.decision,
        decided_by=options.by,
        note=options.note,
        at=options.at,
    )


def _approvals(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.approvals import run_approvals  # noqa: PLC0415

    rows = run_approvals(DataRoot.from_environment(), options.aar, options.release, show=not options.json)
    if rows is None:
        return 1
    if options.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    return 0


def _reports(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.reports import run_reports  # noqa: PLC0415

    return run_reports(DataRoot.from_environment(), options.aar, options.quarter, options.until)


def _remind(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.reminders import run_remind, run_sent  # noqa: PLC0415

    if options.sent is None:
        if options.kommune or options.by:
            options.usage("--kommune and --by belong to --sent")
        return run_remind(DataRoot.from_environment(), options.date)
    if options.date is not None or options.by is None:
        options.usage("--sent DAY needs --by INITIALS and no --date")
    return run_sent(DataRoot.from_environment(), options.sent, options.kommune, options.by)


def _microdata(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.microdata import export_microdata  # noqa: PLC0415

    return export_microdata(DataRoot.from_environment(), options.name, options.format, options.out)


def _specification(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.specification import run_specification  # noqa: PLC0415

    return run_specification(DataRoot.from_environment(), options.date)


def _ui(options: argparse.Namespace) -> int:
    from hjalp_pipeline.web.address import AddressError, serve_on  # noqa: PLC0415

    try:
        address = serve_on(options.host, options.port, options.behind_proxy, options.proxy_address or [])
    except AddressError as fault:
        options.usage(str(fault))
    from hjalp_pipeline.web.server import serve  # noqa: PLC0415

    return serve(DataRoot.from_environment(), address, read_only=options.read_only)


if __name__ == "__main__":
    sys.exit(main())
