-- Deliveries and their errors by vendor and month. A delivery belongs to the first row of systems.csv for its kommune
-- and system in its month, one of its own format before others. Bad records: of the deliveries read to the end.
-- Services after H5 and those with an unknown code, and the latter alone: of deliveries in force when the month was
-- last run.
with numbered as (
    select
        *,
        row_number() over () as delivery
    from leverancer
),

sent as (
    select
        numbered.periode,
        numbered.komnr,
        numbered.records,
        numbered.bad_records,
        ydelse_ukendt.ydelse,
        ydelse_ukendt.ydelse_ukendt,
        numbered.status = 'rejected' as afvist,
        numbered.status = 'accepted' or coalesce(numbered.code, '') = 'FOR_MANGE_FEJL' as laest,
        coalesce(nullif(trim(systems.leverandoer), ''), 'ukendt') as leverandoer
    from numbered
    left join systems
        on
            numbered.komnr = systems.komnr
            and numbered.system = systems.system
            and numbered.periode >= systems.from_quarter
            and numbered.periode <= coalesce(systems.to_quarter, '9999M12')
    left join ydelse_ukendt
        on
            numbered.periode = ydelse_ukendt.periode
            and numbered.komnr = ydelse_ukendt.komnr
            and numbered.filename = ydelse_ukendt.filename
            and numbered.status = 'accepted'
    qualify
        row_number()
            over (
                partition by numbered.delivery
                order by ends_with(numbered.filename, '.' || systems.format) desc nulls last, systems.nr
            )
        = 1
),

counted as (
    select
        leverandoer,
        periode,
        count(distinct komnr) as kommuner,
        count(*) as leverancer,
        count(*) filter (where afvist) as afviste,
        coalesce(sum(records) filter (where laest), 0)::bigint as poster,
        coalesce(sum(bad_records) filter (where laest), 0)::bigint as fejlposter,
        coalesce(sum(ydelse), 0)::bigint as ydelse,
        coalesce(sum(ydelse_ukendt), 0)::bigint as ydelse_ukendt
    from sent
    group by leverandoer, periode
)

select
    leverandoer,
    periode,
    kommuner,
    leverancer,
    afviste,
    poster,
    fejlposter,
    ydelse,
    ydelse_ukendt,
    afviste / leverancer as andel_afviste,
    fejlposter / nullif(poster, 0) as andel_fejlposter,
    ydelse_ukendt / nullif(ydelse, 0) as andel_ydelse_ukendt
from counted
order by leverandoer, periode
