-- HAND01: full-time services, days of services in the quarter divided by its days, by kommune and code, in tenths,
-- half away from zero (H9). Whole numbers only: a tie must not depend on floats.
-- Relations: bestand, kvartaler, hand07 (its cells: which hold, which are shown).
with talt as (
    select
        bestand.komnr_statbank as komnr,
        bestand.kode,
        kvartaler.tid,
        sum(
            date_diff(
                'day',
                greatest(bestand.begynder, kvartaler.first_day),
                least(bestand.slutter, kvartaler.last_day)
            ) + 1
        )::bigint as dage
    from bestand
    inner join kvartaler
        on bestand.begynder <= kvartaler.last_day and bestand.slutter >= kvartaler.first_day
    group by bestand.komnr_statbank, bestand.kode, kvartaler.tid
),

celler as (
    select
        hand07.omrade,
        hand07.ydelsestype,
        hand07.tid,
        hand07.gaelder,
        kvartaler.days::bigint as naevner,
        case when hand07.antal is not null then coalesce(talt.dage, 0) end as dage
    from hand07
    inner join kvartaler on hand07.tid = kvartaler.tid
    left join talt
        on
            hand07.omrade = talt.komnr
            and hand07.ydelsestype = talt.kode
            and hand07.tid = talt.tid
)

select
    omrade,
    ydelsestype,
    tid,
    gaelder,
    dage,
    naevner,
    (20 * dage + naevner) // (2 * naevner) as tiendedele
from celler
order by omrade, ydelsestype, tid
