-- Spells of residence by person: address history joined with the address register (R8).
-- Relations: movements, places (spells); of each the keys with overlapping spells (..._overlapping) and those spells as
-- they were resolved (..._resolved).
with homes as (
    select movements.*
    from movements
    anti join movements_overlapping on movements.noegle = movements_overlapping.noegle
    union all
    select
        noegle,
        vaerdi,
        fra,
        til
    from movements_resolved
),

kommuner as (
    select places.*
    from places
    anti join places_overlapping on places.noegle = places_overlapping.noegle
    union all
    select
        noegle,
        vaerdi,
        fra,
        til
    from places_resolved
),

spells as (
    select
        homes.noegle as person,
        kommuner.vaerdi as komnr,
        greatest(homes.fra, kommuner.fra) as fra,
        least(homes.til, kommuner.til) as til
    from homes
    inner join kommuner on homes.vaerdi = kommuner.noegle
    where kommuner.fra < homes.til and homes.fra < kommuner.til
)

select
    person,
    komnr,
    datediff('day', date '1970-01-01', fra)::integer as fra,
    case when isfinite(til) then datediff('day', date '1970-01-01', til)::integer else 2147483647 end as til
from spells
order by person, fra
