-- HJALP5: persons and loans ultimo the year by kommune, ISO class and year (R10, seed 2.1).
-- A person counts once in every cell: once for each class, once in each kommune, once in the whole country.
-- Relations: bestand_fin (finer stock by person, type and paragraph), deltagere, aar, kommuner, isoklasser (kode, nr).
with udlaan as (
    select
        bestand_fin.aar,
        bestand_fin.komnr_statbank as komnr,
        bestand_fin.isoklasse,
        bestand_fin.person,
        sum(bestand_fin.udlaan) as udlaan
    from bestand_fin
    inner join deltagere
        on bestand_fin.aar = deltagere.aar and bestand_fin.komnr_statbank = deltagere.komnr
    group by bestand_fin.aar, bestand_fin.komnr_statbank, bestand_fin.isoklasse, bestand_fin.person
),

talt as (
    select
        aar,
        coalesce(komnr, '000') as komnr,
        coalesce(isoklasse, 'TOT') as isoklasse,
        count(distinct person) as personer,
        sum(udlaan)::bigint as udlaan
    from udlaan
    group by grouping sets (
        (aar, komnr, isoklasse),
        (aar, komnr),
        (aar, isoklasse),
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

enheder as (
    select unnest(['PERS', 'UDL']) as enhed
),

celler as (
    select
        kommuner.komnr,
        isoklasser.kode as isoklasse,
        isoklasser.nr,
        enheder.enhed,
        aar.aar,
        viste.komnr is not null as deltager
    from kommuner
    cross join isoklasser
    cross join enheder
    cross join aar
    left join viste on kommuner.komnr = viste.komnr and aar.aar = viste.aar
)

select
    celler.komnr as kommunedk,
    celler.isoklasse,
    celler.enhed,
    celler.aar as tid,
    case
        when celler.deltager and celler.enhed = 'PERS' then coalesce(talt.personer, 0)
        when celler.deltager then coalesce(talt.udlaan, 0)
    end as antal,
    case when celler.deltager then coalesce(talt.personer, 0) end as personer
from celler
left join talt
    on
        celler.komnr = talt.komnr
        and celler.isoklasse = talt.isoklasse
        and celler.aar = talt.aar
order by kommunedk, celler.nr, celler.enhed, tid
