-- TOY1: persons visited by kommune, sex, kind and year, each once in every cell.
-- Relations: bestand, deltagere, aar, kommuner.
with med as (
    select
        bestand.aar,
        bestand.komnr_statbank as komnr,
        bestand.person,
        bestand.koen::varchar as kon,
        bestand.art
    from bestand
    inner join deltagere
        on bestand.aar = deltagere.aar and bestand.komnr_statbank = deltagere.komnr
),

talt as (
    select
        aar,
        coalesce(komnr, '000') as komnr,
        coalesce(kon, '0') as kon,
        coalesce(art, 'TOT') as art,
        count(distinct person) as antal
    from med
    group by cube (komnr, kon, art), aar
),

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

koder as (
    select unnest(['0', '1', '2']) as kon
),

arter as (
    select unnest(['TOT', 'PLEJE', 'HJAELP', 'MAD']) as art
)

select
    kommuner.komnr as omrade,
    koder.kon,
    arter.art,
    aar.aar as tid,
    case when viste.komnr is not null then coalesce(talt.antal, 0) end as antal
from kommuner
cross join koder
cross join arter
cross join aar
left join viste on kommuner.komnr = viste.komnr and aar.aar = viste.aar
left join talt
    on
        kommuner.komnr = talt.komnr
        and koder.kon = talt.kon
        and arter.art = talt.art
        and aar.aar = talt.aar
order by omrade, koder.kon, arter.art, tid
