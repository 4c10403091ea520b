-- Keys with two spells that hold on one day.
-- Relations: spells (noegle, vaerdi, fra, til).
with begun as (
    select
        noegle,
        fra,
        max(til) over (
            partition by noegle
            order by fra
            rows between unbounded preceding and 1 preceding
        ) as til_foer
    from spells
)

select distinct noegle
from begun
where fra < til_foer
