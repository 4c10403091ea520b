"""The table ``[mail]`` of the settings: where mails to the office go, and by which server. Without it none is sent."""

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict, StringConstraints

from hjalp_pipeline.typed import Holds, Means, Says, Sentence

#: Nothing that could end a header or begin another recipient.
_PLAIN = r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$"
_MailAddress = Annotated[
    str,
    StringConstraints(strict=True, pattern=_PLAIN, max_length=254),
    Says("must be a mail address of plain letters, kontor@example.dk", shown=True),
]
_Host = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^[A-Za-z0-9.:-]+$"),
    Says("must be the name or IP address of a mail server", shown=True),
]
_Port = Annotated[int, Strict(), Field(ge=1, le=65535), Says("must be a port, 1 to 65535", shown=True)]
_Security = Annotated[
    Literal["none", "starttls", "tls"], Says('must be one of "none", "starttls" and "tls"', shown=True)
]
_SOME = 'must be a list of mail addresses, ["kontor@example.dk"]'


def _somebody(recipients: tuple[str, ...]) -> tuple[str, ...]:
    """Not by a length: Pydantic counts none of those that are wrong, and would tell both."""
    if not recipients:
        raise ValueError(_SOME)
    return recipients


_Recipients = Annotated[tuple[_MailAddress, ...], AfterValidator(_somebody), Says(_SOME)]
_Web = Annotated[
    str,
    StringConstraints(strict=True, pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]+)?$"),
    Says("must be the address of `hjalp ui` without a path, https://hjalp.example.dk", shown=True),
]
_Text = Annotated[Sentence | None, Says("must be a text")]
#: What a password is made of: it is sent as it is.
_PRINTED = set(string.printable) - set(string.whitespace) | {" "}


@dataclass(frozen=True, slots=True)
class Mail:
    """How the office hears of what happens; only when the settings have the table."""

    host: Annotated[
        _Host,
        Means("The office's mail server. Without the table `[mail]` no mail is sent.", sample='"smtp.example.dk"'),
    ]
    sender: Annotated[_MailAddress, Means("Whom mails come from.", sample='"hjalp@example.dk"')]
    recipients: Annotated[_Recipients, Means("Who gets them.", sample='["kontor@example.dk"]')]
    port: Annotated[_Port, Means("Its port: mostly 587 for starttls, 465 for tls, 25 for none.")] = 587
    security: Annotated[
        _Security,
        Means(
            "How the connection is protected: `starttls` and `tls` check the server's certificate and never go on without; "
            "`none` is for a server on this machine or in its own network."
        ),
    ] = "starttls"
    user: Annotated[
        _Text,
        Holds("text", "no login"),
        Means("The account on the mail server, where it asks for one.", sample='"hjalp"'),
    ] = None
    password_file: Annotated[
        _Text,
        Holds("text", "no login"),
        Means(
            "A file with the account's password in its only line, mode 0600: a path, or a name in the statistic's folder. "
            "The password itself never stands here.",
            sample='"mail-password"',
        ),
    ] = None
    address: Annotated[_Web, Means("The address of `hjalp ui` as the office's browsers see it, for links.")] = (
        "http://127.0.0.1:3000"
    )

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Key and rule of what cannot be meant together."""
        if (self.user is None) != (self.password_file is None):
            missing = "user" if self.user is None else "password_file"
            yield missing, "user and password_file belong together"
        if self.user is not None and self.security == "none":
            yield "security", 'must be "starttls" or "tls" when there is a user: a password is never sent in the clear'


def password_in(content: str) -> str:
    """The password of such a file; ValueError says what is wrong, and never what stands there."""
    lines = content.splitlines()
    if len(lines) != 1 or not lines[0]:
        raise ValueError("must hold one line, the password")
    if not set(lines[0]) <= _PRINTED:
        raise ValueError("must hold plain letters, digits and signs alone")
    return lines[0]
