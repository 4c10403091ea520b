-- What the tables by quarter count of a stock, row by row: a service in each quarter it has a day in, with age and sex;
-- age as in HAND02A.
-- Services of a covered kommune are outside, but for the codes it reports itself.
-- Relations: bestand (with fra and til, from which step to which a row is there), kvartaler, daekket, ydelser,
-- aldersgrupper.
with ydet as (
    select
        bestand.*,
        kvartaler.tid,
        least(bestand.doddato, kvartaler.last_day) as dag,
        date_diff(
            'day',
            greatest(bestand.begynder, kvartaler.first_day),
            least(bestand.slutter, kvartaler.last_day)
        ) + 1 as dage
    from bestand
    inner join kvartaler
        on bestand.begynder <= kvartaler.last_day and bestand.slutter >= kvartaler.first_day
    inner join ydelser on bestand.kode = ydelser.kode
    where ydelser.undtaget or bestand.komnr_statbank not in (select daekket.komnr from daekket)
),

personer as (
    select
        *,
        greatest(
            year(dag) - year(foed_dato)
            - case when (month(dag), day(dag)) < (month(foed_dato), day(foed_dato)) then 1 else 0 end,
            0
        ) as aar
    from ydet
)

select
    personer.komnr_statbank,
    personer.kode,
    aldersgrupper.kode as foed_dato,
    personer.koen::varchar as koen,
    personer.tid,
    personer.person,
    personer.dage,
    personer.fra,
    personer.til
from personer
inner join aldersgrupper
    on personer.aar >= aldersgrupper.fra and (aldersgrupper.til is null or personer.aar <= aldersgrupper.til)
