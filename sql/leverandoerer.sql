-- Deliveries and their errors by vendor and period. A delivery belongs to the first row of systems.csv for its kommune
-- and system in its period, one of its own format before others. Bad records: of the deliveries read to the end.
-- Records followed, and those of them whose code no list knows: of deliveries in force when the period was last run.
-- Of every statistic: period is the name of its periods, followed and unknown those of what Statistic.unknown follows.
with numbered as (
    select
        *,
        row_number() over () as delivery
    from leverancer
),

sent as (
    select
        numbered.{{ period }},
        numbered.komnr,
        numbered.records,
        numbered.bad_records,
        {{ unknown }}.{{ followed }},
        {{ unknown }}.{{ unknown }},
        numbered.status = 'rejected' as afvist,
        numbered.status = 'accepted' or coalesce(numbered.code, '') = 'FOR_MANGE_FEJL' as laest,
        coalesce(nullif(trim(systems.leverandoer), ''), 'ukendt') as leverandoer
    from numbered
    left join systems
        on
            numbered.komnr = systems.komnr
            and numbered.system = systems.system
            and numbered.{{ period }} >= systems.from_quarter
            and (systems.to_quarter is null or numbered.{{ period }} <= systems.to_quarter)
    left join {{ unknown }}
        on
            numbered.{{ period }} = {{ unknown }}.{{ period }}
            and numbered.komnr = {{ unknown }}.komnr
            and numbered.filename = {{ unknown }}.filename
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
        {{ period }},
        count(distinct komnr) as kommuner,
        count(*) as leverancer,
        count(*) filter (where afvist) as afviste,
        coalesce(sum(records) filter (where laest), 0)::bigint as poster,
        coalesce(sum(bad_records) filter (where laest), 0)::bigint as fejlposter,
        coalesce(sum({{ followed }}), 0)::bigint as {{ followed }},
        coalesce(sum({{ unknown }}), 0)::bigint as {{ unknown }}
    from sent
    group by leverandoer, {{ period }}
)

select
    leverandoer,
    {{ period }},
    kommuner,
    leverancer,
    afviste,
    poster,
    fejlposter,
    {{ followed }},
    {{ unknown }},
    afviste / leverancer as andel_afviste,
    fejlposter / nullif(poster, 0) as andel_fejlposter,
    {{ unknown }} / nullif({{ followed }}, 0) as andel_{{ unknown }}
from counted
order by leverandoer, {{ period }}
