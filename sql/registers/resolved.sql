-- Spells of the keys that have overlapping ones, made not to: on each day the spell begun last counts, of two begun on
-- one day the one with the greater value (R8).
-- Relations: spells (noegle, vaerdi, fra, til), overlapping (noegle).
with few as (
    select spells.*
    from spells
    inner join overlapping on spells.noegle = overlapping.noegle
),

days as (
    select
        noegle,
        fra as dag
    from few
    union
    select
        noegle,
        til as dag
    from few
),

periods as (
    select
        noegle,
        dag as fra,
        lead(dag) over (
            partition by noegle
            order by dag
        ) as til
    from days
)

select
    periods.noegle,
    periods.fra,
    periods.til,
    max_by(few.vaerdi, row(few.fra, few.vaerdi)) as vaerdi
from periods
inner join few
    on periods.noegle = few.noegle and periods.fra >= few.fra and periods.fra < few.til
group by periods.noegle, periods.fra, periods.til
