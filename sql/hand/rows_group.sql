-- What HAND03A counts of a stock, row by row: a service in each quarter it has a day in, once for each of its groups.
-- Relations: bestand (with fra and til, from which step to which a row is there), kvartaler.
with ydet as (
    select
        kode,
        begynder,
        slutter,
        fra,
        til,
        unnest(string_split(grupper, ' ')) as grupper
    from bestand
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
