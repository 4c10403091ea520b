-- HJALP2: persons with a loan ultimo the year by kommune, sex, age group and year (R10).
-- A person counts once in every cell: once in each kommune, once in the whole country.
-- Relations: bestand, deltagere, aar, kommuner, aldersgrupper (kode, fra, til).
-- Persons are made distinct once and then counted: distinct counts over grouping sets cost several times as much.
with personer as materialized (
    select
        bestand.aar,
        bestand.komnr_statbank as komnr,
        bestand.person,
        bestand.koen,
        bestand.aldersgruppe
    from bestand
    inner join deltagere
        on bestand.aar = deltagere.aar and bestand.komnr_statbank = deltagere.komnr
    group by bestand.aar, bestand.komnr_statbank, bestand.person, bestand.koen, bestand.aldersgruppe
),

landets as (
    select
        aar,
        person,
        koen,
        aldersgruppe
    from personer
    group by aar, person, koen, aldersgruppe
),

-- Sex and age follow from person and year, so the persons of the smallest cells add up to those of the larger ones.
mindste as (
    select
        aar,
        komnr,
        koen::varchar as koen,
        aldersgruppe,
        count(*) as antal
    from personer
    group by aar, komnr, koen, aldersgruppe
    union all
    select
        aar,
        '000' as komnr,
        koen::varchar as koen,
        aldersgruppe,
        count(*) as antal
    from landets
    group by aar, koen, aldersgruppe
),

talt as (
    select
        aar,
        komnr,
        coalesce(koen, '0') as koen,
        coalesce(aldersgruppe, 'TOT') as alder,
        sum(antal)::bigint as antal
    from mindste
    group by grouping sets (
        (aar, komnr, koen, aldersgruppe),
        (aar, komnr, koen),
        (aar, komnr, aldersgruppe),
        (aar, komnr)
    )
),

-- Kommuner that take part have figures, and the whole country when anyone does.
viste as (
    select
        aar,
        komnr
    from deltagere
    union
    select
        aar,
        '000' as komnr
    from deltagere
),

koen as (
    select unnest(['0', '1', '2']) as koen
),

alder as (
    select
        'TOT' as kode,
        -1 as nr
    union all
    select
        kode,
        fra as nr
    from aldersgrupper
),

celler as (
    select
        kommuner.komnr,
        koen.koen,
        alder.kode as alder,
        alder.nr,
        aar.aar,
        viste.komnr is not null as deltager
    from kommuner
    cross join koen
    cross join alder
    cross join aar
    left join viste on kommuner.komnr = viste.komnr and aar.aar = viste.aar
)

select
    celler.komnr as kommunedk,
    celler.koen as konams,
    celler.alder as alerams,
    celler.aar as tid,
    case when celler.deltager then coalesce(talt.antal, 0) end as antal
from celler
left join talt
    on
        celler.komnr = talt.komnr
        and celler.koen = talt.koen
        and celler.alder = talt.alder
        and celler.aar = talt.aar
order by kommunedk, konams, celler.nr, tid
