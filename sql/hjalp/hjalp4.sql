-- HJALP4: persons and loans ultimo the year in the whole country by ISO subclass and paragraph (R10, seed 2.1, 4.1).
-- A person counts once in every cell: once for each subclass and paragraph, once in each total.
-- Relations: bestand_fin (finer stock by person, type and paragraph), deltagere, aar; isounderklasser and paragraffer
-- (kode, nr).
with udlaan as (
    select
        bestand_fin.aar,
        bestand_fin.isounder,
        bestand_fin.lovnavn,
        bestand_fin.person,
        sum(bestand_fin.udlaan) as udlaan
    from bestand_fin
    inner join deltagere
        on bestand_fin.aar = deltagere.aar and bestand_fin.komnr_statbank = deltagere.komnr
    group by bestand_fin.aar, bestand_fin.isounder, bestand_fin.lovnavn, bestand_fin.person
),

talt as (
    select
        aar,
        coalesce(isounder, 'TOT') as isounder,
        coalesce(lovnavn, 'TOT') as lovnavn,
        count(distinct person) as personer,
        sum(udlaan)::bigint as udlaan
    from udlaan
    group by grouping sets (
        (aar, isounder, lovnavn),
        (aar, isounder),
        (aar, lovnavn),
        (aar)
    )
),

enheder as (
    select unnest(['PERS', 'UDL']) as enhed
),

celler as (
    select
        isounderklasser.kode as isounder,
        isounderklasser.nr as type_nr,
        paragraffer.kode as lovnavn,
        paragraffer.nr as paragraf_nr,
        enheder.enhed,
        aar.aar,
        aar.aar in (select deltagere.aar from deltagere) as deltager
    from isounderklasser
    cross join paragraffer
    cross join enheder
    cross join aar
)

select
    '000' as kommunedk,
    celler.isounder,
    celler.lovnavn,
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
        celler.isounder = talt.isounder
        and celler.lovnavn = talt.lovnavn
        and celler.aar = talt.aar
order by celler.type_nr, celler.paragraf_nr, celler.enhed, tid
