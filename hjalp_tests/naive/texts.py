"""A second reader of lov_tekst (R7), by another method than the program's: what is no paragraph is painted over in the
text itself, laws and signs become single marks, and what is left is looked up with patterns around each number."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container

TextReader = Callable[[str, frozenset[str]], str | None]
"""Text and the codes usable for its loan -> the code it names."""

NUMBERS = {
    "SEL_83": ("sel", "83"),
    "SEL_83A": ("sel", "83a"),
    "SEL_86": ("sel", "86"),
    "SEL_112": ("sel", "112"),
    "SEL_113": ("sel", "113"),
    "SEL_114": ("sel", "114"),
    "SEL_116": ("sel", "116"),
    "SEL_128": ("sel", "128"),
    "AML_15": ("aml", "15"),
    "SUL_138": ("sul", "138"),
    "SUL_140": ("sul", "140"),
    "AEL_10": ("ael", "10"),
}
ALSO = {"113b": "113", "128b": "128"}
SMALL = 30
"""A number up to this in a list is rather a stk."""

OURS = (
    (
        "sel",
        r"s\.?e\.?l|lss|sosl|se?r?v?i?[cs]e? ?-?lo?v|serv\. ?lov|serv\.? ?lov|social ?service ?lov|servicelv?o?e?v?"
        r"|soc\. ?serv\. ?lov|lov om soc(?:ial|\.)?[ -]?service|ser\w{3,6}lo?v",
    ),
    ("aml", r"aml|arb(?:ejds?|\.) ?milj(?:ø|oe?)-?lov|lov om arbejdsmiljø"),
    ("sul", r"sul|sund(?:heds|hed|hes|h\.) ?-?lov?|lov om sundhed"),
    ("ael", r"æll?|ael|(?:æ|ae)ldre ?-?lov|lov om ældre"),
)
ENDING = r"(?:e?n)?s?(?![a-zæøå])"
OTHERS = (
    r"(?!(?:ny|gl|gammel|tidl|tidligere|efter|i|jf|iht|denne|den|til|om|af|ved|bevil\w*)\b)[a-zæøå]{3,}\.? lov"
    r"|[a-zæøå.]+lov|lov om [a-zæøå]+(?: [a-zæøå]+)?|[a-zæøå]{2,}bek(?:\.|endtgørelsen?s?)"
)
PROCEDURE = r"forvaltningslov|retssikkerhedslov|offentlighedslov|fvl|rsl"
NO_LAW = r"(?:ny|gl\.?|gammel|tidl\.?|efter|i|jf\.?|iht\.?|denne|den) lov|\blov"
ABBREVIATED = r"[a-zæøå]{0,3}[b-df-hj-kmnp-tv-xz]l|kompl|komp|lab|las|gdpr"
NO_ABBREVIATION = r"(?:kl|inkl|ekskl|ml|dl|cl|pl|tabl|bevl|sml|udl|indl|afl|spl|lejl|sl|gl|tidl|adl)\b"
WORDS = (
    "eoj gop vum apv bpa it iso hmi cpr kmd adl kol bil sko ble bad jf jvf iht ifl efter til fra af og på for er ved nu ny sag xl"
    " evt el hhv kan få ej mv pga hjm stk nr str kat pos afd uge kun men se om en et der den det sl bev udl spl gl pr th tv sød ben"
    " aac afg beh bgr bol brg cit dok dx fbg gps hø ikt inv lok mid opf pt rol sen sep sm tek tns ve vs"
)
"""Two or three letters that may stand before a paragraph and are no law."""
SIGN = r"§+|&sect;|[½$](?= ?\d)|\b(?:pa?\w{4,6}f|paragraffen|paragraph|paragr|(?<!et )par|prg|pgr|pgf|prgf)\b[.:]?(?= ?\d| ?nr)"
UNIT = (
    r"(?:%|°|stks?|styk|par|cm|mm|m|km|km/t|kg|kilo|g|liter|l|ml|w|watt|v|kr|kroner|dage?|uger?s?|mdr|måneder|årige?|år"
    r"|timer?|min|minutter|tommer|pct|hjul\w*|grader|db|dg)\b(?!\.[a-z]|/(?!t))(?<!\b[a-z](?=\.))|%|°|x(?![a-z])"
)
FIELD = (
    r"\b(?:stk|stykke|nr|nummer|litra|pkt|punkt|kap|kapitel|afsnit|bilag)\.?[: ]*(?:\d+(?:[-/]\d+)?(?: ?(?:\+|og|-) ?\d+(?! ?[a-z]*lov))?"
    r"|(?:(?<=litra )|(?<=pkt\. ))[a-z]\b)|\b\d\. ?(?:pkt|led)\b\.?"
)
MONTH = r"(?:jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec)[a-z]*"
DATE = (
    rf"\d{{1,2}}[./-]\d{{1,2}}[./-](?:\d{{4}}|\d{{2}})\b|\d{{4}}-\d\d?-\d\d?|\b[0-3]?\d/(?:0?[1-9]|1[0-2])\b|\b\d{{1,2}}\.? ?{MONTH}"
    r"|\d+[-/]\d{4,}|\d{4,}[-/]\d+|\b\d\d(?: \d\d){2,}\b|\d{4,}"
)
DECREE = r"\b(?:bek(?:g|endtgørelsen?s?)?|vejl(?:edning)?|lbk|lovbekendtgørelse)\b\.?"
CITED = rf"(?:nr\.? ?)?\d+(?: af (?:{DATE}))?"
HELPER = r"(?:få|anvende|efter|iht\.?|i|af|er|blev|kan|ved|for|på|som|længere|kun|bare|stk|under|hjælp\w*|bevil\w*|omfattet|godkendt) "


def plain(text: str) -> str:
    """One case, one kind of blank, dash and apostrophe; nothing invisible."""
    text = re.sub(r"(?<!\d)½(?= ?\d)", "§", text).translate(dict.fromkeys(map(ord, "´`’‘"), "'"))
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub("[\u00ad\u200b-\u200f\u2060\ufeff]", "", re.sub("[\u2010-\u2015\u2212]", "-", text)).replace("×", "x")
    return " ".join(text.split())


def marked(text: str) -> str:
    """The text with laws as ``<sel>``, other laws as ``<x>``, signs as ``§``, and ``~`` for what is no paragraph."""
    text = re.sub(SIGN, "§", text)
    text = re.sub(r"^s (?=\d)", "§", text)
    text = re.sub(r"§[ ._:=-]*(?:nr\.? ?)?(?=[\d§])", "§", text)
    text = re.sub("§+", "§", text)
    text = re.sub(rf"(?<!§)(?:{DATE})(?![\d])", "~", text)
    text = re.sub(rf"\b(?:lbk|lovbekendtgørelse)\b\.? ?(?:{CITED})?", "~", text)
    text = re.sub(r"bekendtgørelse af (?=lov om)", "", text)
    text = re.sub(rf"(?P<of>\b[ia] )?{DECREE} ?(?:{CITED}|(?:nr\.? )?~)?(?: af ~)?(?P<own> ?§)?", _decree, text)
    text = re.sub(FIELD, ",:", text)
    text = re.sub(r"§(\d+)(?:[.:]\d{1,2}|,\d)+(?!\d)", r"§\1 ,:", text)
    text = re.sub(r"(?<=\d\d)(?:[.:,]\d)+(?!\d)(?! ?[a-z%])", " ,:", text)
    for law, names in OURS:
        text = re.sub(rf"(?<![a-zæøå])(?:{names}){ENDING}_?", f"<{law}>", text)
    text = re.sub(rf"(?<![a-zæøå])(?:{PROCEDURE}){ENDING}", "<p>", text)
    text = re.sub(rf"(?<![a-zæøå<])(?:{OTHERS}){ENDING}", "<x>", text)
    text = re.sub(rf"(?<![a-zæøå])(?:{NO_LAW})(?:en)?s?(?![a-zæøå])(?! om)", "~", text)
    before = rf"(?<![a-zæøå.<])(?!{NO_ABBREVIATION})(?!(?:{WORDS.replace(' ', '|')})\b)"
    text = re.sub(rf"{before}(?:{ABBREVIATED}|(?<!\d )[a-zæøå]{{2,3}})(?=\.? ?§)", "<x>", text)
    text = re.sub(rf"{before}(?:{ABBREVIATED})(?![a-zæøå.>])", "<x>", text)
    return re.sub(rf"(?<![§\d.,])(?<!> )\b\d+(?:[.,]\d)?(?:(?:-| til )\d+)?[ -]?(?:{UNIT})", "~", text)


def _decree(match: re.Match[str]) -> str:
    """A decree is another law where a paragraph follows it, or it follows "i"; else it is only cited."""
    return f"{match['of'] or ''}<x>{match['own'] or ''}" if match["of"] or match["own"] else "~"


def unowned(text: str) -> str:
    """Without the laws that are named, or negated, without a paragraph of theirs."""
    alone = r"(?!\.? ?[(]?(?:§|\d))"
    text = re.sub(
        rf"\b(?:ikke|ej|afslag) (?:efter |iht\.? |i )?<\w+>{alone}(?:,? ?(?:og|eller) <\w+>{alone})*", "~", text
    )
    text = re.sub(rf"(?<=\d)(.*?)(?:\b(?:jf|se|cf)\b\.?|\b(?:og|samt|eller)\b|[&+]) <\w+>{alone}", r"\1~", text)
    text = re.sub(
        r"(?:partshør|klage|afgørelse|oplys|samtykke|begrund)[a-zæøå]* (?:efter |jf\.? |iht\.? |i )?<\w+>(?! ?§)",
        "~",
        text,
    )
    return re.sub(rf"(?<=\d)([^<]*?\b(?!efter|under)[a-zæøå]{{4,}} (?:efter |iht\.? )?)<p>{alone}", r"\1~", text)


def refuses(text: str) -> bool:
    """Whether it refuses or negates a paragraph."""
    number = r"(?:<\w+>)?[ .]*(?:§|(?<=>)\d|(?<=> )\d|(?<=§\d\d\d )|(?<=, ikke )\d\d)"
    return bool(
        re.search(r"\b(?:afslag|afslå|afvist|nægt)", text)
        or re.search(rf"\b(?:ikke|ej|uden|ingen|hverken)[ -](?:{HELPER})*{number}", text)
        or re.search(r"\b(?:ikke|ej) (?:kan |er )?(?:bevil|godkend|opfyld|omfatt|relevant)", text)
        or re.search(r"(?:bevilges|gælder) ikke", text)
        or re.search(r"\d\)? ?[-,(]? ?(?:nej|ikke(?: \(?\d{2,}\)?)?)\)?$", text)
    )


LETTER = r"(?:[ '-]?[a-hj-wyz](?![a-zæøå0-9])(?!['/][a-z]|-[a-z]))?"
NUMBER = rf"\d+{LETTER}"
JOINT = r" ?(?:,|og/eller|og|samt|eller|ell?\.?|hhv\.?|henholdsvis|evt\.?|\(evt\.?|jf\.?|/|;|&|\+|\(|\[|=>|->|>|→|⇒|\||\\|-|til|,:) ?"
LAW = r"<(\w+)>"


def key_of(number: str, following: str) -> str:
    """``112`` with its letter where that is the letter of a paragraph: "§ 83 a", "§ 112 a", not "§ 112 d. 1.2.2024"."""
    parts = re.fullmatch(r"(\d+)([ '-]?)([a-z]?)", number)
    assert parts
    digits, gap, letter = parts.groups()
    if not letter:
        return digits
    if digits + letter in {*(key for _, key in NUMBERS.values()), *ALSO}:
        return digits + letter
    dated = re.match(r"\.? ?[\d~]|\.[a-z]\b|\. ?~", following)
    if gap == "":
        return digits if dated else digits + letter
    if letter in "abc":
        return digits if dated or re.match(r"[.]\w", following) else digits + letter
    return digits + letter if letter in "defg" and re.match(r" ?(?:$|[,;)]| (?:stk|og|jf))", following) else digits


def whole(body: str, keys: Container[str], original: str) -> bool:
    """Whether the text is nothing but numbers of the value set: "112", "112 og 113", "112,1", not "10,5"."""
    only = rf"[^\w§<%~]*(?:{NUMBER})(?:(?:{JOINT})(?:{NUMBER})|[ ,:.()?§-])*"
    if not re.fullmatch(only, body.rstrip(",:")):
        return False
    if re.search(r"\d,\d", original) and int(re.findall(r"\d+", body)[0]) <= SMALL:
        return False
    return all(key_of(one, "") in keys for one in re.findall(NUMBER, body))


class Around:
    """What stands around one number of the painted text."""

    def __init__(self, body: str, match: re.Match[str]) -> None:
        """Of the number found by ``NUMBER``."""
        self.key = key_of(match.group(), body[match.end() :])
        self.digits = re.sub("[a-z]", "", self.key)
        self.start, self.end = (
            match.start(),
            match.end() if self.key != self.digits else match.start() + len(self.digits),
        )
        left, right = body[: self.start], body[self.end :]
        self.signed = left.endswith("§")
        self.before = re.search(rf"{LAW}[^\w<>~%]*{'§' if self.signed else ''}$", left)
        self.after = re.match(
            rf"(?: ?,:| ?{JOINT}§?(?:{NUMBER}))*[ ,.:)/([§-]*(?:(?:i|af|efter|iht\.?) )*{LAW}(?!\.? ?[§\d])", right
        )
        self.beside = self.after is not None and not re.search(r"[§\d]", self.after.group())
        self.far = re.match(rf"[^§<\d]*{LAW}(?!\.? ?[§\d])", right)
        unit = re.match(rf"(?:[.,]\d|,:| ,:)?[ -]?(?:{UNIT})|(?: ?(?:-|til) ?\d+) ?(?:{UNIT})", right)
        glued = re.search(r"[a-zæøå]$", left)
        self.nothing = not self.signed and bool(unit or int(self.digits) > 999 or glued)
        label = re.search(r"(?<!jf)(?<!efter)(?<!iht)[a-zæøå.] ?$", left) and not re.search(r"(?:jf|iht)\. ?$", left)
        self.labelled = bool(label)
        listed = re.match(rf"(?: ?,:)?{JOINT}(?:{LAW} ?)?\.? ?§", right)
        self.opens = bool(listed and not label and int(self.digits) > SMALL)


def read_text(text: str, usable: Container[str]) -> str | None:
    """The one code of those usable for the loan that a free text names, or None."""
    known = {(law, key): code for code, (law, key) in NUMBERS.items() if code in usable}
    known |= {("sel", long): known["sel", short] for long, short in ALSO.items() if ("sel", short) in known}
    laws, keys = {law for law, _ in known}, {key for _, key in known}
    body = re.sub(LAW, lambda tag: tag[0] if tag[1] in laws else "<x>", unowned(marked(plain(text))))
    bare = whole(body, keys, plain(text))
    codes: set[str] = set()
    law, spent, last = (
        "",
        -1,
        None,
    )  # the law that goes on, where one ended that a number before has used, last paragraph
    for one in (Around(body, match) for match in re.finditer(NUMBER, body)):
        before = one.before if one.before and one.before.end(1) > spent else None
        joint = body[last.end : one.start].replace("§", "") if last else ""
        joined = last is not None and re.fullmatch(rf"(?:{JOINT}|,:|{LAW}| )*", joint) is not None
        listed = joined and (int(one.digits) > SMALL or (law, one.key) in known)
        followed = one.after and not one.labelled
        if one.nothing or not (one.signed or before or listed or bare or one.opens or followed):
            last = last if joined and not one.nothing else None
            continue
        law = before[1] if before else law
        mine = before[1] if before else one.after[1] if one.after and one.beside else ""
        if not mine and not law and one.far and one.signed:
            mine = one.far[1]
        carried = mine or (one.after[1] if one.after else law)
        wrong = mine and one.key in keys and (mine, one.key) not in known
        if carried in ("x", "p") or (wrong and (before or one.beside)):
            return None
        begins = last is not None and joined and not (last.opens and not last.signed)
        start = last.key if last and begins and re.search(r"-|til", joint) and "->" not in joint else ""
        codes |= _codes(known, carried, one.key, start, doubtful=not mine and ("jf" not in joint or not law))
        spent = one.end + one.after.end(1) if one.after and not before else spent
        last = one
    if last is None and not codes:
        return None
    return codes.pop() if len(codes) == 1 and not refuses(body) else None


def _codes(known: dict[tuple[str, str], str], law: str, key: str, start: str, *, doubtful: bool) -> set[str]:
    """Those of a number and of the range it ends; ``?`` where it may be another law's than the one that goes on."""
    own = {known[law, key]} if (law, key) in known else set()
    elsewhere = {code for (_, other), code in known.items() if other == key}
    if not own and (not law or doubtful):
        own = elsewhere if not law or not elsewhere else {*elsewhere, "?"}
    if start:
        owners = {law} if law else {owner for (owner, other) in known if other in (start, key)}
        low, high = int(re.sub(r"\D", "", start)), int(re.sub(r"\D", "", key))
        inside = {key: int(re.sub(r"\D", "", key)) for _, key in known}
        own |= {code for (owner, other), code in known.items() if owner in owners and low < inside[other] < high}
    return own
