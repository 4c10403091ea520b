"""One mail to the office's server, by SMTP. Says whether the server took it, refused it, or never answered."""

import contextlib
import re
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from threading import Lock, Thread

from hjalp_pipeline.mail.wording import ADDRESS, Letter
from hjalp_pipeline.storage.fingerprints import fingerprint
from hjalp_pipeline.storage.mail_settings import Mail

#: Seconds that all mails of one look may take together: a server that hangs does not hold up the daemon.
LIMIT = 10.0
_DONE, _GO_ON = 250, 354
_SHOWN = 200
_LATE = "no answer in time"


class NotSent(Exception):
    """The server did not take the mail, so it may be sent again; says why."""


class InDoubt(Exception):
    """The mail was handed over and no answer came: the server may have it or not. It is not sent again."""


def message(mail: Mail, letter: Letter, at: datetime) -> EmailMessage:
    """A letter with its addresses. The same letter has the same id, so that whoever gets it twice can tell."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"] = mail.sender, ", ".join(mail.recipients)
    made["Subject"] = " ".join(letter.subject.split())
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{fingerprint(*letter.keys, letter.text)[:32]}@{mail.sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(letter.text.replace(ADDRESS, mail.address), cte="quoted-printable")
    return made


def send(mail: Mail, password: str | None, made: EmailMessage, limit: float = LIMIT) -> str:
    """What the server answered when it took the mail; NotSent or InDoubt when it did not, at the latest after ``limit`` seconds.

    The limit holds for all of it, from the look-up of the server's name: another thread talks to the server, and one that
    hangs is left to its own time-outs. It asks before it hands the mail over, so a mail that was given up is not sent later.
    """
    attempt = _Attempt(mail, password, made, limit)
    talking = Thread(target=attempt.run, daemon=True)
    talking.start()
    talking.join(limit)
    return attempt.outcome()


@dataclass
class _Attempt:
    mail: Mail
    password: str | None
    made: EmailMessage
    limit: float
    lock: Lock = field(default_factory=Lock)
    handed_over: bool = False
    given_up: bool = False
    answer: str | None = None
    fault: Exception | None = None

    def run(self) -> None:
        """Talk to the server and keep what came of it."""
        try:
            self._send()
        except Exception as fault:  # whatever it is, the caller tells it
            self.fault = fault

    def outcome(self) -> str:
        """What came of it by now."""
        with self.lock:
            self.given_up = True
            if self.answer is not None:
                return self.answer
            why = _LATE if self.fault is None else _words(self.fault)
            raise InDoubt(why) if self.handed_over else NotSent(why)

    def _send(self) -> None:
        server = self._connected()
        try:
            refused = self._addressed(server)
            _require(server.docmd("DATA"), _GO_ON)
            body = re.sub(rb"(?m)^\.", b"..", self.made.as_bytes())
            with self.lock:
                if self.given_up:
                    raise NotSent("given up")
                self.handed_over = True
            try:
                server.send(body + b".\r\n")
            except OSError:
                self.handed_over = False  # without its end no server takes a mail
                raise
            answer = server.getreply()
            if answer[0] != _DONE:
                self.handed_over = False
            _require(answer, _DONE)
            self.answer = "; ".join([_reply(*answer), *refused])
            with contextlib.suppress(
                OSError, smtplib.SMTPException
            ):  # whatever it says to the farewell changes nothing
                server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        mail = self.mail
        if mail.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                mail.host, mail.port, timeout=self.limit, context=ssl.create_default_context()
            )
        else:
            server = smtplib.SMTP(mail.host, mail.port, timeout=self.limit)
        try:
            if mail.security == "starttls":
                server.starttls(context=ssl.create_default_context())  # a server that offers none is refused
            server.ehlo_or_helo_if_needed()
            if mail.user is not None and self.password is not None:
                server.login(mail.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def _addressed(self, server: smtplib.SMTP) -> list[str]:
        """Say from and to whom; returns which recipients were refused, NotSent when all were."""
        _require(server.mail(self.mail.sender), _DONE)
        answers = {one: server.rcpt(one) for one in self.mail.recipients}
        refused = [f"not to {one}: {_reply(*answer)}" for one, answer in answers.items() if answer[0] not in (250, 251)]
        if len(refused) == len(answers):
            raise NotSent("; ".join(refused))
        return refused


def _require(answer: tuple[int, bytes], code: int) -> None:
    if answer[0] != code:
        raise NotSent(_reply(*answer))


def _reply(code: int, said: bytes | str) -> str:
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    return f"{code} {' '.join(text.split())}"[:_SHOWN].strip()


def _words(fault: Exception) -> str:
    """What went wrong in a line; a server's answer as it gave it."""
    if isinstance(fault, NotSent):
        return str(fault)
    if isinstance(fault, TimeoutError) or isinstance(
        fault.__context__, TimeoutError
    ):  # smtplib wraps one while it reads
        return _LATE
    if isinstance(fault, smtplib.SMTPResponseException):
        return _reply(fault.smtp_code, fault.smtp_error)
    return f"{type(fault).__name__}: {' '.join(str(fault).split())}"[:_SHOWN]
