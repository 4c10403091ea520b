-- Spells of residence by person: address history joined with the address register (R8).
-- Relations: befbop, befadr (the extract's files), numbers (pnr uinteger -> person), odd (pnr_tekst -> person).
with movements as (
    select
        numbers.person,
        befbop.adresse_id,
        befbop.bop_vfra,
        befbop.bop_vtil
    from befbop
    inner join numbers
        on try_cast(befbop.pnr as uinteger) = numbers.pnr and length(befbop.pnr) = 10
    union all
    select
        odd.person,
        befbop.adresse_id,
        befbop.bop_vfra,
        befbop.bop_vtil
    from befbop
    inner join odd on befbop.pnr = odd.pnr_tekst
),

addresses as (
    select
        adresse_id,
        adr_vfra,
        adr_vtil,
        try_cast(kom as usmallint) as komnr
    from befadr
),

spells as (
    select
        movements.person,
        addresses.komnr,
        greatest(movements.bop_vfra, addresses.adr_vfra) as fra,
        least(movements.bop_vtil, addresses.adr_vtil) as til
    from movements
    inner join addresses on movements.adresse_id = addresses.adresse_id
    where
        addresses.komnr is not null
        and (movements.bop_vtil is null or addresses.adr_vfra < movements.bop_vtil)
        and (addresses.adr_vtil is null or movements.bop_vfra < addresses.adr_vtil)
)

select
    person,
    komnr,
    datediff('day', date '1970-01-01', fra)::integer as fra,
    coalesce(datediff('day', date '1970-01-01', til), 2147483647)::integer as til
from spells
order by person, fra, til, komnr
