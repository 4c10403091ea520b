-- HAND07: persons with at least one day of a service in the quarter, by kommune and code (H9).
-- Relations: bestand (a row a service), deltagere (aar, komnr), daekket (komnr), kvartaler, kommuner (98), ydelser.
with deltager as (
    select distinct komnr
    from deltagere
),

celler as (
    select
        kommuner.komnr,
        ydelser.kode,
        ydelser.undtaget,
        kvartaler.tid,
        kvartaler.first_day,
        kvartaler.last_day,
        kvartaler.last_day >= ydelser.gaelder_fra as gaelder,
        deltager.komnr is not null and (daekket.komnr is null or ydelser.undtaget) as viste
    from kommuner
    cross join ydelser
    cross join kvartaler
    left join deltager on kommuner.komnr = deltager.komnr
    left join daekket on kommuner.komnr = daekket.komnr
),

-- Persons are made distinct once and then counted: distinct counts cost several times as much.
personer as (
    select distinct
        bestand.komnr_statbank as komnr,
        bestand.kode,
        kvartaler.tid,
        bestand.person
    from bestand
    inner join kvartaler
        on bestand.begynder <= kvartaler.last_day and bestand.slutter >= kvartaler.first_day
),

talt as (
    select
        komnr,
        kode,
        tid,
        count(*) as antal
    from personer
    group by komnr, kode, tid
)

select
    celler.komnr as omrade,
    celler.kode as ydelsestype,
    celler.tid,
    case when celler.gaelder then 1::bigint end as gaelder,
    case when celler.gaelder and celler.viste then coalesce(talt.antal, 0) end as antal
from celler
left join talt
    on
        celler.komnr = talt.komnr
        and celler.kode = talt.kode
        and celler.tid = talt.tid
order by omrade, ydelsestype, celler.tid
