-- HJALP3: HJALP2 in per cent of the population of the same cell, as whole per mille, half away from zero (R10).
-- The national population is that of the kommuner that take part. Whole numbers only: a tie must not depend on floats.
-- Relations: hjalp2 (with its order), deltagere, folketal (aar, komnr, koen, alder, antal), aldersgrupper.
with beboere as (
    select
        folketal.aar,
        folketal.komnr,
        folketal.koen,
        aldersgrupper.kode as alder,
        folketal.antal
    from folketal
    inner join deltagere
        on folketal.aar = deltagere.aar and folketal.komnr = deltagere.komnr
    inner join aldersgrupper
        on
            folketal.alder >= aldersgrupper.fra
            and (aldersgrupper.til is null or folketal.alder <= aldersgrupper.til)
),

talt as (
    select
        aar,
        coalesce(komnr, '000') as komnr,
        coalesce(koen, '0') as koen,
        coalesce(alder, 'TOT') as alder,
        sum(antal)::bigint as antal
    from beboere
    group by grouping sets (
        (aar, komnr, koen, alder),
        (aar, komnr, koen),
        (aar, komnr, alder),
        (aar, komnr),
        (aar, koen, alder),
        (aar, koen),
        (aar, alder),
        (aar)
    )
)

select
    hjalp2.kommunedk,
    hjalp2.konams,
    hjalp2.alerams,
    hjalp2.tid,
    case when hjalp2.antal is not null then coalesce(talt.antal, 0) end as folketal,
    case
        when hjalp2.antal is not null and talt.antal > 0
            then (2000 * hjalp2.antal + talt.antal) // (2 * talt.antal)
    end as promille
from hjalp2
left join talt
    on
        hjalp2.kommunedk = talt.komnr
        and hjalp2.konams = talt.koen
        and hjalp2.alerams = talt.alder
        and hjalp2.tid = talt.aar
order by
    hjalp2.kommunedk,
    hjalp2.konams,
    case when hjalp2.alerams = 'TOT' then '' else hjalp2.alerams end,
    hjalp2.tid
