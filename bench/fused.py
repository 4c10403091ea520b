"""(a) The quarter as one DuckDB statement from the csv files and the extract as delivered: ``python -m bench.fused PLAN OUT``.

Written by hand for speed, knowing which deliveries are in force: parse, validity, DUBLET, gengangere, R3-R10 and the tables
in a single query. It keeps nothing but the tables: no typed copy, no states, no ledger, no contracts, no reasons, and of R7
only a pattern for the commonest spellings, counted.
"""

import json
import sys
from pathlib import Path
from typing import Any

import duckdb

from hjalp_pipeline.statistics.hjalp.layout.udlaan import LAYOUTS
from hjalp_pipeline.storage.duck import sql_text

TABLES = ("hjalp1", "hjalp2", "hjalp3")
_ENCODING = {"windows-1252": "latin-1"}  # the encoding proper is an extension


def scan(nr: int, delivery: dict[str, Any]) -> str:
    """One delivery as a select of its typed columns."""
    header = delivery["columns"]
    columns = ", ".join(f"'{name}': '{'date' if name.endswith('leveringsdato') else 'varchar'}'" for name in header)
    encoding = _ENCODING.get(delivery["encoding"], "utf-8")
    path = str(delivery["path"]).replace("'", "''")
    return f"""
    select {nr}::usmallint as fil, '{delivery["komnr"]}' as komnr, {", ".join(LAYOUTS.first.names)}
    from read_csv('{path}', delim = ';', quote = '"', escape = '"', header = true, auto_detect = false,
        columns = {{{columns}}}, encoding = '{encoding}', ignore_errors = true)"""


def statement(plan: dict[str, Any]) -> str:
    """The whole quarter as one select; the relations ``deltagere``, ``aar``, ``kommuner``, ``aldersgrupper`` are given."""
    register = plan["register"]
    several = ", ".join(str(nr) for nr, delivery in enumerate(plan["deliveries"]) if delivery["several"]) or "9999"
    older = ", ".join(str(nr) for nr, delivery in enumerate(plan["deliveries"]) if delivery["older"]) or "9999"
    until = {nr: delivery["for_others_until"] for nr, delivery in enumerate(plan["deliveries"])}
    others = " or ".join(f"(fil = {nr} and dag <= date '{day}')" for nr, day in until.items() if day) or "false"
    scans = " union all ".join(scan(nr, delivery) for nr, delivery in enumerate(plan["deliveries"]))
    groups = plan["age_groups"]
    ages = " ".join(f"when alder >= {lower} then '{code}'" for code, lower, _upper in reversed(groups[1:]))
    ages += f" else '{groups[0][0]}'"
    key = "hos.pnr = x.pnr and hos.hminr is not distinct from x.hminr and hos.dag = x.dag and hos.nr = x.nr"
    return f"""
with csv as ({scans}),

gode as (
    select
        fil, komnr, udlaan_id, row_number() over () as linje, hminr::uinteger as hminr, lov_navn, lov_tekst,
        udleveringsdato as dag, indleveringsdato as slut,
        case when length(pnr) = 10 then pnr else trim(case when length(trim(pnr)) = 11 then replace(pnr, '-', '') else pnr end) end as pnr
    from csv
    where komnr_indberetter = komnr and udlaan_id is not null and length(udlaan_id) <= 36
        and pnr is not null and dag is not null
        and (komnr_betaling is null or (length(komnr_betaling) = 3 and try_cast(komnr_betaling as usmallint) is not null))
        and (hminr is null or (length(hminr) <= 6 and try_cast(hminr as uinteger) is not null))
        and (hmiiso is null or (
            length(translate(hmiiso, ' -', '')) in (2, 4, 6, 8) and try_cast(translate(hmiiso, ' -', '') as uinteger) is not null))
),

sidste as materialized (select fil, udlaan_id, max(linje) as linje from gode group by fil, udlaan_id),

raa as materialized (
    select gode.* exclude (linje) from gode semi join sidste on gode.linje = sidste.linje
),

flere as materialized (
    select *, row_number() over (partition by fil, pnr, hminr, dag order by udlaan_id) as nr from raa where fil in ({several})
),

nyere as (select * from flere where fil not in ({older})),
aeldre as (select * from flere where fil in ({older})),

gaeldende as (
    select fil, komnr, pnr, dag, slut, lov_navn, lov_tekst from raa where fil not in ({several})
    union all
    select x.fil, x.komnr, x.pnr, x.dag, x.slut, coalesce(x.lov_navn, hos.lov_navn),
        coalesce(x.lov_tekst, hos.lov_tekst)
    from nyere as x left join aeldre as hos on hos.komnr = x.komnr and {key}
    union all
    select hos.fil, hos.komnr, hos.pnr, hos.dag, hos.slut, hos.lov_navn, hos.lov_tekst
    from aeldre as hos anti join nyere as x on hos.komnr = x.komnr and {key}
),

noegle as (
    select * exclude (pnr), try_cast(pnr as ubigint)::uinteger as person
    from gaeldende
    where length(pnr) = 10 and try_cast(pnr as ubigint) <= 4294967295 and (slut is null or slut >= date '2022-07-01')
),

register as (
    select try_cast(person.pnr as uinteger) as person, person.koen, person.foed_dag, dod.doddato
    from read_parquet('{register}/person.parquet') as person
    left join read_parquet('{register}/dod.parquet') as dod on try_cast(person.pnr as uinteger) = try_cast(dod.pnr as uinteger)
),

kendte as (
    select
        noegle.* exclude (slut), register.koen, register.foed_dag, register.doddato,
        case
            when slut is null or slut > doddato + 31 then doddato else slut
        end as slut
    from noegle inner join register on noegle.person = register.person
    where (doddato is null or dag <= doddato)
),

rettet as materialized (
    select
        *, row_number() over () as nr,
        coalesce(
            case when trim(lov_navn) in ({_quoted(plan["codes"])}) then trim(lov_navn) end,
            regexp_extract(lov_tekst, '(?i)(?:§|paragraf) ?([0-9]+ ?[ab]?)', 1)
        ) as paragraf
    from kendte
    where (slut is null or (slut >= dag and slut >= date '2022-07-01'))
),

boede as materialized (
    select rettet.nr, rettet.dag, befbop.adresse_id
    from rettet
    inner join read_parquet('{register}/befbop.parquet') as befbop
        on try_cast(befbop.pnr as uinteger) = rettet.person and befbop.bop_vfra <= rettet.dag
        and (befbop.bop_vtil is null or rettet.dag < befbop.bop_vtil)
    where {others}
),

bopael as (
    select boede.nr, max(befadr.kom) as kom
    from boede
    inner join read_parquet('{register}/befadr.parquet') as befadr
        on befadr.adresse_id = boede.adresse_id and befadr.adr_vfra <= boede.dag
        and (befadr.adr_vtil is null or boede.dag < befadr.adr_vtil)
    where befadr.kom in (select komnr from kommuner)
    group by boede.nr
),

placeret as (
    select rettet.*, coalesce(bopael.kom, rettet.komnr) as komnr_statbank
    from rettet left join bopael on rettet.nr = bopael.nr
),

personer as (
    select
        aar.aar, person, komnr_statbank, any_value(koen) as koen, count(*) as udlaan,
        any_value(foed_dag) as foed_dag, any_value(doddato) as doddato
    from placeret, aar
    where dag <= make_date(aar.aar, 12, 31) and (slut is null or slut > make_date(aar.aar, 12, 31))
        and (slut is not null or dag >= make_date(aar.aar - 20, 12, 31))
    group by aar.aar, person, komnr_statbank
),

alder as (
    select
        aar, person, komnr_statbank, koen, udlaan,
        ({_number("least(doddato, make_date(aar, 12, 31))")} - {_number("foed_dag")}) // 10000 as alder
    from personer
),

bestand as materialized (
    select aar, person, komnr_statbank, koen, udlaan, case {ages} end as aldersgruppe from alder
),

folketal as (
    select aar::integer as aar, kom as komnr, koen::varchar as koen, alder::integer as alder, antal::bigint as antal
    from read_parquet('{register}/folketal.parquet')
),

hjalp1 as materialized ({sql_text("hjalp/hjalp1")}),
hjalp2 as materialized ({sql_text("hjalp/hjalp2")}),
hjalp3 as materialized ({sql_text("hjalp/hjalp3")})

select 'hjalp1' as tabel, kommunedk, null as konams, null as alerams, tid, antal as tal, personer as andet from hjalp1
union all
select 'hjalp2', kommunedk, konams, alerams, tid, antal, null from hjalp2
union all
select 'hjalp3', kommunedk, konams, alerams, tid, promille, folketal from hjalp3
union all
select 'paragraf', komnr, paragraf, null, null, count(*), null from rettet group by komnr, paragraf
"""


def _number(day: str) -> str:
    """A date as the number 20241231: the difference of two, cut at 10,000, is whole years."""
    return f"(year({day}) * 10000 + month({day}) * 100 + day({day}))"


def _quoted(codes: list[str]) -> str:
    return ", ".join(f"'{code}'" for code in codes)


def main() -> None:
    """Run the statement and keep the tables."""
    plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    with duckdb.connect(
        ":memory:", config={"threads": 2, "memory_limit": "12GB", "preserve_insertion_order": True}
    ) as base:
        base.execute("create table deltagere (aar integer, komnr varchar)")
        base.executemany("insert into deltagere values (?, ?)", plan["deltagere"])
        base.execute(f"create table aar as select unnest({plan['years']})::integer as aar")
        base.execute(f"create table kommuner as select unnest({plan['kommuner']}) as komnr")
        base.execute("create table aldersgrupper (kode varchar, fra integer, til integer)")
        base.executemany("insert into aldersgrupper values (?, ?, ?)", plan["age_groups"])
        base.sql(statement(plan)).pl().write_parquet(sys.argv[2])


if __name__ == "__main__":
    main()
