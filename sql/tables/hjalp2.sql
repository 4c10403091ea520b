-- HJALP2: persons with a loan ultimo the year by kommune, sex, age group and year (R10).
-- A person counts once in every cell: once in each kommune, once in the whole country.
-- Relations: bestand, deltagere, aar, kommuner, aldersgrupper (kode, fra, til).
with deltagende as (
    select
        bestand.aar,
        bestand.komnr_statbank as komnr,
        bestand.person,
        bestand.koen::varchar as koen,
        bestand.aldersgruppe
    from bestand
    inner join deltagere
        on bestand.aar = deltagere.aar and bestand.komnr_statbank = deltagere.komnr
),

talt as (
    select
        aar,
        coalesce(komnr, '000') as komnr,
        coalesce(koen, '0') as koen,
        coalesce(aldersgruppe, 'TOT') as alder,
        count(distinct person) as antal
    from deltagende
    group by grouping sets (
        (aar, komnr, koen, aldersgruppe),
        (aar, komnr, koen),
        (aar, komnr, aldersgruppe),
        (aar, komnr),
        (aar, koen, aldersgruppe),
        (aar, koen),
        (aar, aldersgruppe),
        (aar)
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
