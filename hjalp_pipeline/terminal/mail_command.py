"""The command ``mail``: whom mails to the office go to, which wait, and one on trial. It starts no run."""

from datetime import UTC, datetime

from hjalp_pipeline.mail.outbox import Outbox
from hjalp_pipeline.mail.sending import InDoubt, NotSent, message, send
from hjalp_pipeline.mail.wording import trial
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.settings import SETTINGS_FILE, read_mail, read_password
from hjalp_pipeline.terminal.printing import err, out


def run_mail(root: DataRoot, *, test: bool) -> int:
    """Say how mails go, or send one and say what the server answered; 1 when mails are off or the server did not take it."""
    mail = read_mail(root)
    if mail is None:
        err.print(f"mails are off: {SETTINGS_FILE} has no [mail]", style="red", markup=False)
        return 1
    server = f"{mail.host}:{mail.port} ({mail.security})"
    if not test:
        out.print(f"mails go to {', '.join(mail.recipients)} by {server}", markup=False)
        for one in Outbox(root).content().waiting:
            out.print(f"waits since {one.since}: {one.subject}", markup=False)
        return 0
    now = datetime.now(UTC)
    try:
        answer = send(mail, read_password(root, mail), message(mail, trial(root.statistic, now), now))
    except (NotSent, InDoubt) as fault:
        err.print(f"{server}: {fault}", style="red", markup=False)
        return 1
    out.print(f"{server} has taken it for {', '.join(mail.recipients)}: {answer}", markup=False)
    return 0
