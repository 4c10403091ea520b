-- HJALP1: loans on loan ultimo the year by kommune and year, and the persons behind them (R10).
-- Relations: bestand (stock by person), deltagere (aar, komnr taking part), aar, kommuner (000 + 98).
-- Persons are made distinct once and then counted: distinct counts over grouping sets cost several times as much.
with personer as materialized (
    select
        bestand.aar,
        bestand.komnr_statbank as komnr,
        bestand.person,
        sum(bestand.udlaan) as udlaan
    from bestand
    inner join deltagere
        on bestand.aar = deltagere.aar and bestand.komnr_statbank = deltagere.komnr
    group by bestand.aar, bestand.komnr_statbank, bestand.person
),

landets as (
    select
        aar,
        person,
        sum(udlaan) as udlaan
    from personer
    group by aar, person
),

talt as (
    select
        aar,
        komnr,
        sum(udlaan)::bigint as antal,
        count(*) as personer
    from personer
    group by aar, komnr
    union all
    select
        aar,
        '000' as komnr,
        sum(udlaan)::bigint as antal,
        count(*) as personer
    from landets
    group by aar
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

celler as (
    select
        kommuner.komnr,
        aar.aar,
        viste.komnr is not null as deltager
    from kommuner
    cross join aar
    left join viste on kommuner.komnr = viste.komnr and aar.aar = viste.aar
)

select
    celler.komnr as kommunedk,
    celler.aar as tid,
    case when celler.deltager then coalesce(talt.antal, 0) end as antal,
    case when celler.deltager then coalesce(talt.personer, 0) end as personer
from celler
left join talt
    on celler.komnr = talt.komnr and celler.aar = talt.aar
order by kommunedk, tid
