"""`[mail]` of the settings: off without the table, every fault with its key, and never a word of the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjalp_pipeline.data_root.checking import check
from hjalp_pipeline.storage.codelists import InputError
from hjalp_pipeline.storage.mail_settings import Mail
from hjalp_pipeline.storage.root import DataRoot
from hjalp_pipeline.storage.settings import Retention, read_mail, read_password, read_settings

NEEDED = 'host = "smtp.example.dk"\nsender = "hjalp@example.dk"\nrecipients = ["kontor@example.dk"]\n'
SECRET = "hunter2 er hemmelig"


@pytest.fixture
def root(tmp_path: Path) -> DataRoot:
    found = DataRoot(tmp_path)
    found.codelists.mkdir(parents=True)
    return found


def write(root: DataRoot, text: str) -> None:
    (root.codelists / "settings.toml").write_text(text, encoding="utf-8")


def faults(root: DataRoot, text: str) -> list[str]:
    write(root, text)
    with pytest.raises(InputError) as told:
        read_mail(root)
    return [fault.removeprefix("codelists/settings.toml, ") for fault in told.value.faults]


def test_off_without_the_table(root: DataRoot) -> None:
    assert read_mail(root) is None
    write(root, "[retention]\nresults_days = 5\n")
    assert read_mail(root) is None
    write(root, f"[mail]\n{NEEDED}")
    assert read_mail(root) == Mail("smtp.example.dk", "hjalp@example.dk", ("kontor@example.dk",))
    assert read_settings(root, Retention) == Retention()


def test_what_is_needed(root: DataRoot) -> None:
    assert [fault.partition(":")[0] for fault in faults(root, "[mail]\n")] == ["host", "sender", "recipients"]


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('host = "smtp example"', "host"),
        ('sender = "a@b.dk\\nBcc: c@d.dk"', "sender"),
        ('sender = "Kontoret <a@b.dk>"', "sender"),
        ('sender = "kontor"', "sender"),
        ("recipients = []", "recipients"),
        ('recipients = "a@b.dk"', "recipients"),
        ('recipients = ["a@b.dk", "c@d.dk, e@f.dk"]', "recipients.1"),
        ('recipients = ["a@b.dk\\r\\nSubject: x"]', "recipients.0"),
        ("port = 0", "port"),
        ("port = true", "port"),
        ('security = "ssl"', "security"),
        ('address = "https://hjalp.example.dk/kontor"', "address"),
        ('address = "hjalp.example.dk"', "address"),
        ('user = ""', "user"),
        (f'password = "{SECRET}"', "password"),
    ],
)
def test_a_fault_is_told_with_its_key(root: DataRoot, line: str, key: str) -> None:
    lines = [one for one in NEEDED.splitlines() if one.split()[0] != line.split(maxsplit=1)[0]]
    (fault,) = faults(root, "\n".join(["[mail]", *lines, line]))
    assert fault.startswith(f"{key}: ")
    assert SECRET not in fault


def test_what_cannot_be_meant_together(root: DataRoot) -> None:
    (fault,) = faults(root, f'[mail]\n{NEEDED}password_file = "x"\n')
    assert fault == "user: user and password_file belong together"
    found = faults(root, f'[mail]\n{NEEDED}user = "x"\nsecurity = "none"\n')
    assert [one.partition(":")[0] for one in found] == ["password_file", "security"]


def test_the_password_comes_from_a_file_of_its_owner(root: DataRoot) -> None:
    path = root.folder / "mail-password"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    path.chmod(0o600)
    for name in ("mail-password", str(path)):
        write(root, f'[mail]\n{NEEDED}user = "x"\npassword_file = "{name}"\n')
        mail = read_mail(root)
        assert mail is not None
        assert read_password(root, mail) == SECRET
        assert SECRET not in repr(mail)


@pytest.mark.parametrize(
    ("content", "mode", "wanted"),
    [
        (SECRET, 0o640, "is for its owner alone: chmod 600"),
        (SECRET, 0o604, "is for its owner alone: chmod 600"),
        ("", 0o600, "must hold one line, the password"),
        (f"{SECRET}\nmore", 0o600, "must hold one line, the password"),
        (f"{SECRET}\x00", 0o600, "must hold plain letters, digits and signs alone"),
        (f"{SECRET} å", 0o600, "must hold plain letters, digits and signs alone"),
    ],
)
def test_a_password_file_that_cannot_be_used(root: DataRoot, content: str, mode: int, wanted: str) -> None:
    path = root.folder / "mail-password"
    path.write_text(content, encoding="utf-8")
    path.chmod(mode)
    (fault,) = faults(root, f'[mail]\n{NEEDED}user = "x"\npassword_file = "mail-password"\n')
    assert fault == f"password_file: {wanted}"


def test_one_that_is_not_there_is_not_quoted(root: DataRoot) -> None:
    """Somebody may have written the password where the name belongs."""
    (fault,) = faults(root, f'[mail]\n{NEEDED}user = "x"\npassword_file = "{SECRET}"\n')
    assert fault == "password_file: cannot be read: No such file or directory"
    assert "must name a file" in faults(root, f'[mail]\n{NEEDED}user = "x"\npassword_file = "codelists"\n')[0]


def test_check_says_it(root: DataRoot) -> None:
    write(root, f"[mail]\n{NEEDED}user = 5\nport = 0\n[retention]\nresults_days = 0\n")
    told = [one.what for one in check(root).wrong if "settings.toml" in one.what]
    assert [what.split(", ", 1)[1].partition(":")[0] for what in told] == ["results_days", "port", "user"]
