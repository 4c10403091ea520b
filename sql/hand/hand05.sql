-- HAND05: full-time services of a year, days of services in the year divided by its days, by kommune and code, in
-- tenths, half away from zero, and the persons behind (H9). In the year a code begins its days from its first day on
-- count.
-- Relations: bestand, deltagere, daekket, aar (years shown), kommuner, ydelser.
with deltager as (
    select distinct komnr
    from deltagere
),

aarene as (
    select
        aar,
        make_date(aar, 1, 1) as first_day,
        make_date(aar, 12, 31) as last_day
    from aar
),

celler as (
    select
        kommuner.komnr,
        ydelser.kode,
        aarene.aar::varchar as tid,
        date_diff('day', aarene.first_day, aarene.last_day) + 1 as naevner,
        aarene.last_day >= ydelser.gaelder_fra as gaelder,
        deltager.komnr is not null and (daekket.komnr is null or ydelser.undtaget) as viste
    from kommuner
    cross join ydelser
    cross join aarene
    left join deltager on kommuner.komnr = deltager.komnr
    left join daekket on kommuner.komnr = daekket.komnr
    where ydelser.i_hand05
),

-- Days are summed by person once: distinct counts cost several times as much.
personer as (
    select
        bestand.komnr_statbank as komnr,
        bestand.kode,
        aarene.aar::varchar as tid,
        bestand.person,
        sum(
            date_diff(
                'day',
                greatest(bestand.begynder, aarene.first_day),
                least(bestand.slutter, aarene.last_day)
            ) + 1
        )::bigint as dage
    from bestand
    inner join aarene
        on bestand.begynder <= aarene.last_day and bestand.slutter >= aarene.first_day
    group by bestand.komnr_statbank, bestand.kode, aarene.aar, bestand.person
),

talt as (
    select
        komnr,
        kode,
        tid,
        count(*) as personer,
        sum(dage)::bigint as dage
    from personer
    group by komnr, kode, tid
),

figurer as (
    select
        celler.komnr,
        celler.kode,
        celler.tid,
        celler.naevner,
        case when celler.gaelder then 1::bigint end as gaelder,
        case when celler.gaelder and celler.viste then coalesce(talt.dage, 0) end as dage,
        case when celler.gaelder and celler.viste then coalesce(talt.personer, 0) end as personer
    from celler
    left join talt
        on
            celler.komnr = talt.komnr
            and celler.kode = talt.kode
            and celler.tid = talt.tid
)

select
    komnr as omrade,
    kode as ydelsestype,
    tid,
    gaelder,
    dage,
    naevner,
    personer,
    (20 * dage + naevner) // (2 * naevner) as tiendedele
from figurer
order by omrade, ydelsestype, tid
