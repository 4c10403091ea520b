-- HAND03A: full-time services by code and group of target groups, the kommuner that take part together, in tenths, half
-- away from zero, and the persons behind (H9). A service with codes in two groups counts in both. Services of a covered
-- kommune are outside, but for the codes it reports itself.
-- Relations: bestand, deltagere, daekket, kvartaler, ydelser, maalgrupper (kode), tabeller.
with vist as (
    select kvartaler.*
    from kvartaler
    inner join tabeller on kvartaler.first_day >= tabeller.begynder
    where tabeller.tabel = 'hand03a'
),

ydet as (
    select
        bestand.person,
        bestand.kode,
        bestand.begynder,
        bestand.slutter,
        unnest(string_split(bestand.grupper, ' ')) as gruppe
    from bestand
    inner join ydelser on bestand.kode = ydelser.kode
    where
        bestand.komnr_statbank in (select deltagere.komnr from deltagere)
        and (ydelser.undtaget or bestand.komnr_statbank not in (select daekket.komnr from daekket))
),

-- Days are summed by person once: distinct counts cost several times as much.
personer as (
    select
        ydet.kode,
        ydet.gruppe,
        vist.tid,
        ydet.person,
        sum(
            date_diff('day', greatest(ydet.begynder, vist.first_day), least(ydet.slutter, vist.last_day)) + 1
        )::bigint as dage
    from ydet
    inner join vist on ydet.begynder <= vist.last_day and ydet.slutter >= vist.first_day
    group by ydet.kode, ydet.gruppe, vist.tid, ydet.person
),

talt as (
    select
        kode,
        gruppe,
        tid,
        count(*) as personer,
        sum(dage)::bigint as dage
    from personer
    group by kode, gruppe, tid
),

figurer as (
    select
        ydelser.kode,
        maalgrupper.kode as gruppe,
        vist.tid,
        vist.days::bigint as naevner,
        case when vist.last_day >= ydelser.gaelder_fra then 1::bigint end as gaelder,
        case when vist.last_day >= ydelser.gaelder_fra then coalesce(talt.dage, 0) end as dage,
        case when vist.last_day >= ydelser.gaelder_fra then coalesce(talt.personer, 0) end as personer
    from ydelser
    cross join maalgrupper
    cross join vist
    left join talt
        on
            ydelser.kode = talt.kode
            and maalgrupper.kode = talt.gruppe
            and vist.tid = talt.tid
)

select
    kode as ydelsestype,
    gruppe as mlgrp,
    tid,
    gaelder,
    dage,
    naevner,
    personer,
    (20 * dage + naevner) // (2 * naevner) as tiendedele
from figurer
order by ydelsestype, mlgrp, tid
