"""(b) The quarter as a careful pandas script, kommune by kommune: ``python -m bench.pandas_quarter PLAN OUT``.

Arrow strings, integer keys, persons found by binary search, and only the columns that are needed further on are kept. Like (a)
it knows which deliveries are in force and keeps nothing but the tables; of R7 it does codes and one pattern, counted.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

SINCE = pd.Timestamp("2022-07-01")
KEY = ["pnr", "hminr", "udleveringsdato"]
FILLED = ["lov_navn", "lov_tekst"]
KEPT = ["udlaan_id", *KEY, "indleveringsdato", *FILLED]
Frame: TypeAlias = Any  # pandas has no types of its own
Series: TypeAlias = Any
Plan: TypeAlias = dict[str, Any]


def read(delivery: dict[str, Any]) -> Frame:
    """The good records of a delivery, of equal ids the last."""
    encoding = "utf-8-sig" if delivery["encoding"] == "utf-8" else delivery["encoding"]
    frame = pd.read_csv(
        delivery["path"], sep=";", dtype="str", encoding=encoding, keep_default_na=False, na_values=[""]
    )
    frame = frame.iloc[:-1]  # SLUT
    pnr = frame["pnr"].str.strip()
    hyphen = pnr.str.len() == 11
    frame["pnr"] = pnr.mask(hyphen, pnr.str.replace("-", "", regex=False))
    good = (
        (frame["komnr_indberetter"] == delivery["komnr"])
        & (frame["udlaan_id"].str.len() <= 36)
        & frame["pnr"].notna()
        & (frame["komnr_betaling"].isna() | frame["komnr_betaling"].str.fullmatch("[0-9]{3}"))
        & (frame["hminr"].isna() | frame["hminr"].str.fullmatch("[0-9]{1,6}"))
    )
    iso = frame["hmiiso"].str.replace("[ \u00a0-]", "", regex=True)
    good &= iso.isna() | iso.str.fullmatch("([0-9]{2}){1,4}")
    for name in ("udleveringsdato", "indleveringsdato"):
        day = pd.to_datetime(frame[name], format="%Y-%m-%d", errors="coerce")
        good &= day.notna() | (frame[name].isna() & (name == "indleveringsdato"))
        frame[name] = day
    frame["hminr"] = pd.to_numeric(frame["hminr"], errors="coerce")
    return frame.loc[good.fillna(value=False).astype(bool), KEPT].drop_duplicates("udlaan_id", keep="last")


def combine(newer: Frame, older: Frame) -> Frame:
    """Two systems without gengangere, one to one in the order of the ids; the newer filled in from the older."""
    for frame in (newer, older):
        ordered = frame.sort_values("udlaan_id")
        frame["nr"] = ordered.groupby(KEY, dropna=False).cumcount()
    matched = newer.merge(
        older[[*KEY, "nr", *FILLED]], on=[*KEY, "nr"], how="left", suffixes=("", "_x"), indicator=True
    )
    for name in FILLED:
        matched[name] = matched[name].fillna(matched[f"{name}_x"])
    rest = older.merge(newer[[*KEY, "nr"]], on=[*KEY, "nr"], how="left", indicator=True)
    return pd.concat([matched[KEPT], rest.loc[rest["_merge"] == "left_only", KEPT]])


class Register:
    """Persons in order of their number, and the address files, read when somebody reports for others."""

    def __init__(self, folder: Path) -> None:
        """Read persons and deaths."""
        self.folder = folder
        person = pd.read_parquet(folder / "person.parquet", columns=["pnr", "koen", "foed_dag"])
        number = _number(person["pnr"])
        order = np.argsort(number, kind="stable")
        self.number = number[order]
        self.koen = person["koen"].to_numpy()[order]
        self.born = _days(person["foed_dag"])[order]
        del person
        dead = pd.read_parquet(folder / "dod.parquet")
        self.death = np.full(len(self.number), np.datetime64("NaT"), dtype="datetime64[D]")
        self.death[np.searchsorted(self.number, _number(dead["pnr"]))] = _days(dead["doddato"])

    def residences(self, loans: Frame) -> Series:
        """Kommune of residence at issue by the loans' index, of those that have one."""
        moves = pd.read_parquet(
            self.folder / "befbop.parquet", filters=[("pnr", "in", [f"{n:010d}" for n in loans["number"].unique()])]
        )
        moves["number"] = _number(moves["pnr"])
        at = loans[["number", "udleveringsdato"]].reset_index().merge(moves.drop(columns="pnr"), on="number")
        at = at[_during(at, "bop_vfra", "bop_vtil")]
        places = pd.read_parquet(self.folder / "befadr.parquet")
        at = at.merge(places, on="adresse_id")
        at = at[_during(at, "adr_vfra", "adr_vtil")]
        return at.set_index("index")["kom"]


def _number(text: Series) -> Any:
    return pd.to_numeric(text).to_numpy(dtype=np.int64)


def _days(column: Series) -> Any:
    return pd.to_datetime(column).to_numpy().astype("datetime64[D]")


def _during(frame: Frame, begin: str, end: str) -> Series:
    day = frame["udleveringsdato"]
    return (pd.to_datetime(frame[begin]) <= day) & (frame[end].isna() | (day < pd.to_datetime(frame[end])))


def apply_rules(loans: Frame, register: Register, plan: Plan, paragraphs: Counter[str]) -> Frame:
    """R3-R7 and R9 of a kommune: the loans kept, with number, sex, birth and death."""
    loans = loans[~(loans["indleveringsdato"] < SINCE)]
    ten = loans["pnr"].str.fullmatch("[0-9]{10}").fillna(value=False).astype(bool)
    loans = loans[ten]
    number = _number(loans["pnr"])
    at = np.minimum(np.searchsorted(register.number, number), len(register.number) - 1)
    known = register.number[at] == number
    loans, at = loans[known], at[known]
    loans = loans.drop(columns=["pnr", "udlaan_id", "hminr"]).assign(
        number=register.number[at],
        koen=register.koen[at],
        born=register.born[at].astype("datetime64[s]"),
        death=register.death[at].astype("datetime64[s]"),
    )
    loans = loans[~(loans["udleveringsdato"] > loans["death"])]
    end = loans["indleveringsdato"]
    late = (end.isna() & loans["death"].notna()) | (end > loans["death"] + pd.Timedelta(days=31))
    loans["indleveringsdato"] = end.mask(late, loans["death"])
    end = loans["indleveringsdato"]
    loans = loans[~(end < loans["udleveringsdato"]) & ~(end < SINCE)]
    code = loans["lov_navn"].str.strip()
    code = code.where(code.isin(plan["codes"]))
    code = code.fillna(loans["lov_tekst"].str.extract(r"(?i)(?:§|paragraf) ?([0-9]+ ?[ab]?)", expand=False))
    paragraphs.update(code.value_counts(dropna=False).to_dict())
    return loans.drop(columns=["lov_navn", "lov_tekst"])


def stock(loans: Frame, plan: Plan) -> Frame:
    """Loans on loan ultimo each year, by person and kommune."""
    bounds = [lower for _code, lower, _upper in plan["age_groups"]]
    codes = np.array([code for code, _lower, _upper in plan["age_groups"]])
    parts = []
    for aar in plan["years"]:
        ultimo = pd.Timestamp(aar, 12, 31)
        end, start = loans["indleveringsdato"], loans["udleveringsdato"]
        on_loan = (start <= ultimo) & (end.isna() | (end > ultimo))
        on_loan &= end.notna() | (start >= pd.Timestamp(aar - 20, 12, 31))
        held = loans[on_loan]
        persons = held.groupby(["number", "komnr"], as_index=False).agg(
            koen=("koen", "first"), born=("born", "first"), death=("death", "first"), udlaan=("koen", "size")
        )
        day = persons["death"].where(persons["death"] < ultimo, ultimo)
        age = (_as_number(day) - _as_number(persons["born"])) // 10_000
        group = np.maximum(np.searchsorted(bounds, age.to_numpy(), side="right") - 1, 0)
        parts.append(persons.drop(columns=["born", "death"]).assign(aar=aar, alder=codes[group]))
    return pd.concat(parts)


def _as_number(day: Series) -> Series:
    return day.dt.year * 10_000 + day.dt.month * 100 + day.dt.day


def count(held: Frame, plan: Plan) -> Frame:
    """The tables, every cell of kommuner and years that take part."""
    part = pd.DataFrame(plan["deltagere"], columns=["aar", "komnr"])
    held = held.merge(part, on=["aar", "komnr"])
    land = held.assign(komnr="000")
    both = pd.concat([held, land])
    by = ["komnr", "aar"]
    one = both.groupby(by).agg(tal=("udlaan", "sum"), andet=("number", "nunique")).reset_index()
    people = pd.read_parquet(Path(plan["register"]) / "folketal.parquet").rename(columns={"kom": "komnr"})
    people = people.merge(part, on=["aar", "komnr"])
    bounds = [lower for _code, lower, _upper in plan["age_groups"]]
    codes = np.array([code for code, _lower, _upper in plan["age_groups"]])
    people["alder"] = codes[np.searchsorted(bounds, people["alder"].to_numpy(), side="right") - 1]
    people = pd.concat([people, people.assign(komnr="000")])
    persons, denominators = [], []
    for koen in (True, False):
        for alder in (True, False):
            keys = [*by, *(["koen"] if koen else []), *(["alder"] if alder else [])]
            persons.append(both.groupby(keys)["number"].nunique().reset_index(name="tal"))
            denominators.append(people.groupby(keys)["antal"].sum().reset_index(name="andet"))
    two, below = pd.concat(persons), pd.concat(denominators)
    for frame in (two, below):
        frame["koen"] = frame["koen"].astype("Int64").astype("str").where(frame["koen"].notna(), "0")
        frame["alder"] = frame["alder"].fillna("TOT")
    return _cells(one, two, below, part, plan)


def _cells(one: Frame, two: Frame, below: Frame, part: Frame, plan: Plan) -> Frame:
    """Every cell of the cross products, with figures where somebody takes part."""
    shown = pd.concat([part, part.assign(komnr="000").drop_duplicates()]).assign(vises=True)
    area = pd.DataFrame({"komnr": plan["kommuner"]}).merge(pd.DataFrame({"aar": plan["years"]}), how="cross")
    area = area.merge(shown, on=["aar", "komnr"], how="left")
    hjalp1 = area.merge(one, on=["aar", "komnr"], how="left")
    ages = ["TOT", *(code for code, _lower, _upper in plan["age_groups"])]
    cells = area.merge(pd.DataFrame({"koen": ["0", "1", "2"]}), how="cross").merge(
        pd.DataFrame({"alder": ages}), how="cross"
    )
    keys = ["aar", "komnr", "koen", "alder"]
    hjalp2 = cells.merge(two, on=keys, how="left")
    hjalp3 = hjalp2.merge(below, on=keys, how="left")
    for frame in (hjalp1, hjalp2, hjalp3):
        for figure in {"tal", "andet"} & set(frame.columns):
            frame[figure] = frame[figure].fillna(0).astype("Int64").where(frame["vises"].notna())
    people = hjalp3["andet"].where(hjalp3["andet"] > 0)
    hjalp3["tal"] = (2000 * hjalp3["tal"] + people) // (2 * people)
    named = {"komnr": "kommunedk", "koen": "konams", "alder": "alerams", "aar": "tid"}
    tables = {"hjalp1": hjalp1, "hjalp2": hjalp2, "hjalp3": hjalp3}
    return pd.concat([frame.assign(tabel=name) for name, frame in tables.items()]).rename(columns=named)


def main() -> None:
    """Go through the deliveries kommune by kommune, then count."""
    plan: Plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    register = Register(Path(plan["register"]))
    paragraphs: Counter[str] = Counter()
    union: Frame | None = None
    own: list[Frame] = []
    others: list[Frame] = []
    deliveries = plan["deliveries"]
    for nr, delivery in enumerate(deliveries):
        frame = read(delivery)
        union = frame if union is None else combine(union, frame)
        following = deliveries[nr + 1]["komnr"] if nr + 1 < len(deliveries) else None
        if following == delivery["komnr"]:
            continue
        loans = apply_rules(union, register, plan, paragraphs).assign(komnr=delivery["komnr"])
        until = delivery["for_others_until"]
        # No date of pandas reaches as far as "no end".
        reported = loans["udleveringsdato"] <= pd.Timestamp(min(until, "2200-01-01")) if until else loans["number"] < 0
        others.append(loans[reported])
        own.append(loans[~reported])
        union = None
    if any(len(frame) for frame in others):
        loans = pd.concat(others, ignore_index=True)
        home = register.residences(loans)
        home = home[home.isin(plan["kommuner"][1:])]
        loans.loc[home.index, "komnr"] = home
        own.append(loans)
    held = pd.concat([stock(loans, plan) for loans in own])
    # Two reporters of one kommune are one kommune.
    keys = ["aar", "komnr", "number", "koen", "alder"]
    count(held.groupby(keys, as_index=False)["udlaan"].sum(), plan).to_parquet(sys.argv[2])


if __name__ == "__main__":
    main()
