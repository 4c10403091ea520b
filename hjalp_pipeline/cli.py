"""The command line. Thin: every command that makes something calls a Dagster job on the instance below the data root.

Imports are inside the commands, so that ``hjalp --help`` need not load Dagster.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hjalp_pipeline.storage.root import DEFAULT, STATISTICS, DataRoot
from hjalp_pipeline.terminal.at_hand import at_hand
from hjalp_pipeline.terminal.parser import parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of ``hjalp``; returns the exit code."""
    os.umask(0o077)  # what is for others to read gets its mode from who writes it
    options = parser().parse_args(arguments)
    try:
        with at_hand(options.command, clears=options.command == "prune" and options.yes):
            return _answered(options)
    except Exception as fault:  # of the data root itself, which there is none to name files by
        return _say(fault, DataRoot(Path()))


def _answered(options: argparse.Namespace) -> int:
    try:
        return _COMMANDS[options.command](options)
    except Exception as fault:
        return _say(fault, _root(options))


def _say(fault: Exception, root: DataRoot) -> int:
    """Never what a library says of a value: it may be a person's."""
    from hjalp_pipeline.production.disk import said  # noqa: PLC0415

    sys.stderr.write(f"{said(fault, root)}\n")
    return 1


def _root(options: argparse.Namespace) -> DataRoot:
    return DataRoot.from_environment(options.statistic or DEFAULT)


def _init(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.init_command import run_init  # noqa: PLC0415

    return run_init(options.folder.resolve(), options.statistic)


def _check(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.check_command import run_check  # noqa: PLC0415

    return run_check(_root(options))


def _demo(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.demo import demo  # noqa: PLC0415

    statistics = (options.statistic,) if options.statistic else STATISTICS
    told = {name: getattr(options, name) for name in ("scale", "seed", "fresh", "story")}
    return demo(_root(options), statistics, **told)


def _synth(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.demo import synthesise  # noqa: PLC0415

    return synthesise(DataRoot(options.out.resolve(), options.statistic), scale=options.scale, seed=options.seed)


def _run(options: argparse.Namespace) -> int:
    from hjalp_pipeline.production.inbox.begun import begin  # noqa: PLC0415

    begin(_root(options), options.quarter, options.kommune)  # before Dagster is imported
    from hjalp_pipeline.terminal.commands import run_quarter  # noqa: PLC0415

    return run_quarter(_root(options), options.quarter, options.kommune)


def _release(options: argparse.Namespace) -> int:
    if (options.name is None) == (options.propose is None) or (options.propose is None) != (options.earlier is None):
        options.usage("name a release to make, or --propose NAME --from RELEASE")
    if options.propose is not None:
        from hjalp_pipeline.terminal.propose_command import run_proposal  # noqa: PLC0415

        return run_proposal(_root(options), options.propose, options.earlier)
    from hjalp_pipeline.terminal.commands import run_release  # noqa: PLC0415

    return run_release(_root(options), options.name)


def _audit(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.audit_command import run_audit  # noqa: PLC0415

    return run_audit(_root(options), options.names, options.reader or ())


def _key(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.key_command import run_key  # noqa: PLC0415

    return run_key(_root(options))


def _status(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.status_command import run_status  # noqa: PLC0415

    return _told(run_status(_root(options), options.quarter, show=not options.json), options)


def _told(found: Any, options: argparse.Namespace) -> int:
    if found is not None and options.json:
        sys.stdout.write(json.dumps(found.to_dicts(), ensure_ascii=False, indent=1) + "\n")
    return int(found is None)


def _query(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.query_command import run_query  # noqa: PLC0415

    if options.rows < 0:
        options.usage("--rows is 0 or more")
    return run_query(_root(options), options.statement, options.format, options.rows)


def _prune(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.prune_command import run_prune  # noqa: PLC0415

    if options.inputs and not (options.yes and options.by):
        options.usage("--inputs needs --yes and --by INITIALS")
    return run_prune(_root(options), do=options.yes, by=options.by if options.inputs else None)


def _mail(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.mail_command import run_mail  # noqa: PLC0415

    return run_mail(_root(options), test=options.test)


def _verify(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.verify_command import run_verify  # noqa: PLC0415

    return run_verify(_root(options), options.name)


def _migrate(_options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.migration import run_migrate  # noqa: PLC0415

    return run_migrate()


def _approve(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.approval_commands import run_approve  # noqa: PLC0415

    return run_approve(
        _root(options),
        options.aar,
        options.kommune,
        options.kind,
        options.decision,
        decided_by=options.by,
        note=options.note,
        at=options.at,
    )


def _approvals(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.approval_commands import run_approvals  # noqa: PLC0415

    return _told(run_approvals(_root(options), options.aar, options.release, show=not options.json), options)


def _reports(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.reports_command import run_reports  # noqa: PLC0415

    return run_reports(_root(options), options.aar, options.quarter, options.until)


def _remind(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.remind_command import run_remind, run_sent  # noqa: PLC0415

    if options.sent is None:
        if options.kommune or options.by:
            options.usage("--kommune and --by belong to --sent")
        return run_remind(_root(options), options.date)
    if options.date is not None or options.by is None:
        options.usage("--sent DAY needs --by INITIALS and no --date")
    return run_sent(_root(options), options.sent, options.kommune, options.by)


def _table(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.table_command import run_table  # noqa: PLC0415

    return run_table(_root(options), options.order)


def _microdata(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.export_command import export_microdata  # noqa: PLC0415

    return export_microdata(_root(options), options.name, options.format, options.out)


def _specification(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.specification_command import run_specification  # noqa: PLC0415

    return run_specification(_root(options), options.date)


def _server(options: argparse.Namespace) -> int:
    from hjalp_pipeline.terminal.portal_command import run_portal  # noqa: PLC0415
    from hjalp_pipeline.terminal.serve_command import run_serve  # noqa: PLC0415
    from hjalp_pipeline.terminal.site_command import run_site  # noqa: PLC0415
    from hjalp_pipeline.terminal.ui_command import run_ui  # noqa: PLC0415

    if options.command in (of_every := {"serve": run_serve, "site": run_site}):
        return of_every[options.command](options)
    return {"ui": run_ui, "portal": run_portal}[options.command](_root(options), options)


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "init": _init,
    "check": _check,
    "demo": _demo,
    "synth": _synth,
    "run": _run,
    "release": _release,
    "audit": _audit,
    "key": _key,
    "status": _status,
    "query": _query,
    "remind": _remind,
    "microdata": _microdata,
    "table": _table,
    "specification": _specification,
    **dict.fromkeys(("ui", "portal", "serve", "site"), _server),
    "mail": _mail,
    "verify": _verify,
    "migrate": _migrate,
    "prune": _prune,
    "approve": _approve,
    "approvals": _approvals,
    "reports": _reports,
}

if __name__ == "__main__":
    sys.exit(main())
