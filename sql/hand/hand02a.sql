-- HAND02A: persons with at least one day of a service in the quarter, by code, age and sex, the kommuner that take part
-- together, each person once per code (H9). Age in whole years on the quarter's last day, or at death; one who was not
-- yet born is among the youngest. Services of a covered kommune are outside, but for the codes it reports itself. The
-- codes for unknown are there, and 0.
-- Relations: bestand, deltagere, daekket, kvartaler, ydelser, aldersgrupper (kode, fra, til), koen (kode), tabeller.
with vist as (
    select kvartaler.*
    from kvartaler
    inner join tabeller on kvartaler.first_day >= tabeller.begynder
    where tabeller.tabel = 'hand02a'
),

ydet as (
    select distinct
        bestand.person,
        bestand.kode,
        bestand.koen,
        bestand.foed_dato,
        vist.tid,
        least(bestand.doddato, vist.last_day) as dag
    from bestand
    inner join vist
        on bestand.begynder <= vist.last_day and bestand.slutter >= vist.first_day
    inner join ydelser on bestand.kode = ydelser.kode
    where
        bestand.komnr_statbank in (select deltagere.komnr from deltagere)
        and (ydelser.undtaget or bestand.komnr_statbank not in (select daekket.komnr from daekket))
),

personer as (
    select
        *,
        greatest(
            year(dag) - year(foed_dato)
            - case when (month(dag), day(dag)) < (month(foed_dato), day(foed_dato)) then 1 else 0 end,
            0
        ) as alder
    from ydet
),

talt as (
    select
        personer.kode,
        aldersgrupper.kode as alder,
        personer.koen::varchar as koen,
        personer.tid,
        count(*) as antal
    from personer
    inner join aldersgrupper
        on
            personer.alder >= aldersgrupper.fra
            and (aldersgrupper.til is null or personer.alder <= aldersgrupper.til)
    group by personer.kode, aldersgrupper.kode, personer.koen, personer.tid
),

celler as (
    select
        ydelser.kode,
        aldersgrupper.kode as alder,
        koen.kode as koen,
        vist.tid,
        vist.last_day >= ydelser.gaelder_fra as gaelder
    from ydelser
    cross join aldersgrupper
    cross join koen
    cross join vist
)

select
    celler.kode as ydelsestype,
    celler.alder,
    celler.koen as kon,
    celler.tid,
    case when celler.gaelder then 1::bigint end as gaelder,
    case when celler.gaelder then coalesce(talt.antal, 0) end as antal
from celler
left join talt
    on
        celler.kode = talt.kode
        and celler.alder = talt.alder
        and celler.koen = talt.koen
        and celler.tid = talt.tid
order by ydelsestype, celler.alder, kon, celler.tid
