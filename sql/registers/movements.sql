-- Who lived at which address when: the address history of persons the register knows (R8).
-- Relations: befbop (the extract's file), numbers (pnr uinteger -> person), odd (pnr_tekst -> person).
-- Spells are (noegle, vaerdi, fra, til): noegle = person, vaerdi = address; one that holds no day is left out.
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
)

select
    person as noegle,
    adresse_id as vaerdi,
    bop_vfra::date as fra,
    coalesce(bop_vtil::date, date 'infinity') as til
from movements
where bop_vtil is null or bop_vfra::date < bop_vtil::date
