-- HAND06: HAND01 before rounding, per 1,000 inhabitants of the kommune at the end of the year before, in tenths, half
-- away from zero (H9). Inhabitants: all ages, both sexes.
-- Relations: hand01, kvartaler, folketal (aar, komnr, koen, alder, antal).
with beboere as (
    select
        aar,
        komnr,
        sum(antal)::bigint as antal
    from folketal
    group by aar, komnr
),

celler as (
    select
        hand01.omrade,
        hand01.ydelsestype,
        hand01.tid,
        hand01.gaelder,
        hand01.dage,
        case when hand01.dage is not null then hand01.naevner * coalesce(beboere.antal, 0) end as naevner
    from hand01
    inner join kvartaler on hand01.tid = kvartaler.tid
    left join beboere on hand01.omrade = beboere.komnr and kvartaler.aar - 1 = beboere.aar
)

select
    omrade,
    ydelsestype,
    tid,
    gaelder,
    dage,
    naevner,
    case when naevner > 0 then (20000 * dage + naevner) // (2 * naevner) end as tiendedele
from celler
order by omrade, ydelsestype, tid
