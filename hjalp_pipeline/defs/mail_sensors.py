"""What happens without anybody looking reaches the office by mail, where the settings say so (``[mail]``).

Dagster's own sensor on failed runs writes a mail and leaves it in the outbox. Ours looks at gates, releases and the deadline, and
sends what waits: it alone talks to the mail server, a few seconds at a time, so a server that hangs holds up no other sensor.
"""

from collections.abc import Collection
from datetime import datetime

import dagster as dg

from hjalp_pipeline.codelists.kommuner import NAVN
from hjalp_pipeline.defs import opening
from hjalp_pipeline.defs.built import Built
from hjalp_pipeline.defs.messages import guarded
from hjalp_pipeline.defs.resources import Data
from hjalp_pipeline.defs.wing import Wing
from hjalp_pipeline.mail.looking import look
from hjalp_pipeline.mail.outbox import Outbox
from hjalp_pipeline.mail.wording import Letter, failed_run, refused
from hjalp_pipeline.production.release.pins import Gate
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.root import DEFAULT, SHARED, DataRoot
from hjalp_pipeline.storage.settings import read_mail, read_password

OFF = "mails are off: codelists/settings.toml has no [mail]"
#: Jobs that Dagster makes by itself, of assets chosen in the UI.
_CHOSEN = "__"
#: Tags of a run: it will be begun again; its partition.
_AGAIN, _PARTITION = "dagster/will_retry", "dagster/partition"


def build(wing: Wing, jobs: Collection[str]) -> Built:
    """The two sensors of a statistic; ``jobs``: the names of its jobs."""

    @dg.run_failure_sensor(
        name=wing.name("besked_om_fejl"),
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        # A run of the command line is of no code location. Dagster counts it among all of them alone.
        monitor_all_code_locations=True,
        description="Besked om fejl: writes a mail to the office about each failed run, and about each release that is refused. "
        "The sensor *besked* sends it. Off while `codelists/settings.toml` has no `[mail]`.",
    )
    def besked_om_fejl(context: dg.RunFailureSensorContext, data: Data) -> dg.SkipReason | None:
        """Leave a mail in the outbox; nothing is sent from here."""
        run = context.dagster_run
        if not _is_of(wing, jobs, run):
            return dg.SkipReason(f"{run.job_name} is of another statistic")
        root = data.root_of(wing.statistic)
        if not _on(root):
            return dg.SkipReason(OFF)
        if run.tags.get(_AGAIN) == "true":
            return dg.SkipReason(f"{run.job_name} is begun again")
        with guarded():
            at = opening.now()
            Outbox(root).add([_letter(wing, context.instance, run, at)], at)
        return None

    @dg.sensor(
        name=wing.name("besked"),
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Besked: sends the office mails: failed runs, kommuner that turned red, releases refused or opened, and on the "
        "morning after the deadline who is in and who is missing. Off while `codelists/settings.toml` has no `[mail]`.",
    )
    def besked(context: dg.SensorEvaluationContext, data: Data) -> dg.SkipReason:
        """Look, and send what waits."""
        with guarded():
            root = data.root_of(wing.statistic)
            try:
                mail = read_mail(root)
                password = read_password(root, mail) if mail else None
            except InputError as fault:
                context.log.error(f"no mail is sent: {fault}")
                return dg.SkipReason(str(fault))
            if mail is None:
                return dg.SkipReason(OFF)
            at, outbox = opening.now(), Outbox(root)
            content = outbox.content()
            news = look(root, at, content.told)
            for unread in news.unread:
                context.log.warning(f"not looked at for mails: {unread}")
            if content.begun:
                outbox.forget(news.over, at)
                outbox.add(news.letters, at)
            else:
                outbox.begin([key for letter in news.letters for key in letter.keys], at)
            outcome = outbox.send(mail, password, at)
        for told in outcome.taken:
            context.log.info(f"mail sent: {told}")
        for told in outcome.lost:
            context.log.error(f"mail lost: {told}")
        waits = [f"{len(outcome.waiting)} wait: {outcome.waiting[0]}"] if outcome.waiting else []
        sent = [f"{len(outcome.taken)} sent"] if outcome.taken else []
        return dg.SkipReason("; ".join([*sent, *waits, *outcome.lost]) or "nothing to tell")

    return Built(sensors=[besked_om_fejl, besked])


def _on(root: DataRoot) -> bool:
    """Whether mails are on; settings that cannot be read do not lose what happens meanwhile."""
    try:
        return read_mail(root) is not None
    except InputError:
        return True


def _is_of(wing: Wing, jobs: Collection[str], run: dg.DagsterRun) -> bool:
    """Whether a run is of the statistic; one of what all statistics share is of the first."""
    if not run.job_name.startswith(_CHOSEN):
        return run.job_name in jobs
    checked = [check.asset_key for check in run.asset_check_selection or ()]
    first = {key.path[0] for key in (*(run.asset_selection or ()), *checked)}
    return wing.statistic.name in first or (wing.statistic.name == DEFAULT and first <= set(SHARED))


def _letter(wing: Wing, instance: dg.DagsterInstance, run: dg.DagsterRun, at: datetime) -> Letter:
    name, partition = wing.statistic.name, run.tags.get(_PARTITION)
    closed = _closed_gate(wing, instance, run)
    if closed is not None and partition:
        gate, kommuner = closed
        return refused(name, run.run_id, partition, gate, kommuner=kommuner, at=at)
    failures = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    steps = [event.step_key for event in failures if event.step_key]
    what = "af udvalgte aktiver" if run.job_name.startswith(_CHOSEN) else run.job_name
    return failed_run(name, run.run_id, what, partition, steps=steps, at=at)


def _closed_gate(wing: Wing, instance: dg.DagsterInstance, run: dg.DagsterRun) -> tuple[Gate, list[str]] | None:
    """The gate that refused a run's release, with the kommuner that its deliveries lack; None when none did.

    Of the reasons only those names are told, and of no other gate: which kommune's figures moved is under embargo too.
    """
    events = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [one.get_dagster_event().asset_check_evaluation_data for one in events if one.is_dagster_event]
    for one in found:
        if one.asset_key != wing.key("published", "udgivelse") or one.passed:
            continue
        gate = Gate(one.check_name)
        said = str(one.metadata["reasons"].value) if gate is Gate.DELIVERIES else ""
        return gate, [f"{komnr} {navn}" for komnr, navn in NAVN.items() if f"{komnr} {navn}" in said]
    return None
