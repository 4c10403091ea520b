-- Which kommune an address lay in when: the address register (R8).
-- Relations: befadr (the extract's file).
-- Spells are (noegle, vaerdi, fra, til): noegle = address, vaerdi = kommune; one that holds no day is left out.
select
    adresse_id as noegle,
    kom::usmallint as vaerdi,
    adr_vfra::date as fra,
    coalesce(adr_vtil::date, date 'infinity') as til
from befadr
where adr_vtil is null or adr_vfra::date < adr_vtil::date
