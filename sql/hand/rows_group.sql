-- What HAND03A counts of a stock, row by row: a service in each quarter it has a day in, once for each of its groups.
-- Services of a covered kommune are outside, but for the codes it reports itself.
-- Relations: bestand (with fra and til, from which step to which a row is there), kvartaler, daekket, ydelser.
with ydet as (
    select
        bestand.kode,
        bestand.begynder,
        bestand.slutter,
        bestand.fra,
        bestand.til,
        unnest(string_split(bestand.grupper, ' ')) as grupper
    from bestand
    inner join ydelser on bestand.kode = ydelser.kode
    where ydelser.undtaget or bestand.komnr_statbank not in (select daekket.komnr from daekket)
)

select
    ydet.kode,
    ydet.grupper,
    kvartaler.tid,
    ydet.fra,
    ydet.til,
    date_diff(
        'day', greatest(ydet.begynder, kvartaler.first_day), least(ydet.slutter, kvartaler.last_day)
    ) + 1 as dage
from ydet
inner join kvartaler
    on ydet.begynder <= kvartaler.last_day and ydet.slutter >= kvartaler.first_day
