-- Deliveries and their errors by vendor and quarter. A delivery belongs to the first row of systems.csv for its kommune
-- and system in its quarter, one of its own format before others. Bad records: of the deliveries read to the end.
-- Loans after R5, and those of them whose lov_navn is no code: of deliveries in force when the quarter was last run.
with numbered as (
    select
        *,
        row_number() over () as delivery
    from leverancer
),

sent as (
    select
        numbered.kvartal,
        numbered.komnr,
        numbered.records,
        numbered.bad_records,
        lov_navn_ukendt.udlaan,
        lov_navn_ukendt.lov_navn_ukendt,
        numbered.status = 'rejected' as afvist,
        numbered.status = 'accepted' or coalesce(numbered.code, '') = 'FOR_MANGE_FEJL' as laest,
        coalesce(nullif(trim(systems.leverandoer), ''), 'ukendt') as leverandoer
    from numbered
    left join systems
        on
            numbered.komnr = systems.komnr
            and numbered.system = systems.system
            and numbered.kvartal >= systems.from_quarter
            and numbered.kvartal <= coalesce(systems.to_quarter, '9999K4')
    left join lov_navn_ukendt
        on
            numbered.kvartal = lov_navn_ukendt.kvartal
            and numbered.komnr = lov_navn_ukendt.komnr
            and numbered.filename = lov_navn_ukendt.filename
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
        kvartal,
        count(distinct komnr) as kommuner,
        count(*) as leverancer,
        count(*) filter (where afvist) as afviste,
        coalesce(sum(records) filter (where laest), 0)::bigint as poster,
        coalesce(sum(bad_records) filter (where laest), 0)::bigint as fejlposter,
        coalesce(sum(udlaan), 0)::bigint as udlaan,
        coalesce(sum(lov_navn_ukendt), 0)::bigint as lov_navn_ukendt
    from sent
    group by leverandoer, kvartal
)

select
    leverandoer,
    kvartal,
    kommuner,
    leverancer,
    afviste,
    poster,
    fejlposter,
    udlaan,
    lov_navn_ukendt,
    afviste / leverancer as andel_afviste,
    fejlposter / nullif(poster, 0) as andel_fejlposter,
    lov_navn_ukendt / nullif(udlaan, 0) as andel_lov_navn_ukendt
from counted
order by leverandoer, kvartal
