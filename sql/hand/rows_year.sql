-- What HAND05 counts of a stock, row by row: a service in each year shown it has a day in.
-- Services of a covered kommune are outside, but for the codes it reports itself.
-- Relations: bestand (with fra and til, from which step to which a row is there), aar, daekket, ydelser.
with aarene as (
    select
        aar::varchar as tid,
        make_date(aar, 1, 1) as first_day,
        make_date(aar, 12, 31) as last_day
    from aar
)

select
    bestand.komnr_statbank,
    bestand.kode,
    aarene.tid,
    bestand.fra,
    bestand.til,
    date_diff(
        'day', greatest(bestand.begynder, aarene.first_day), least(bestand.slutter, aarene.last_day)
    ) + 1 as dage
from bestand
inner join aarene
    on bestand.begynder <= aarene.last_day and bestand.slutter >= aarene.first_day
inner join ydelser on bestand.kode = ydelser.kode
where ydelser.undtaget or bestand.komnr_statbank not in (select daekket.komnr from daekket)
