-- Keys with two spells that hold on one day. In the order they began, such a spell and the next overlap, too.
-- Relations: spells (noegle, vaerdi, fra, til).
with begun as (
    select
        noegle,
        fra,
        lag(til) over (
            partition by noegle
            order by fra
        ) as til_foer
    from spells
)

select distinct noegle
from begun
where fra < til_foer
