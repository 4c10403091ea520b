-- Every service inside the statistic as it stands, with what was delivered and what the rules made of it.
select
    raw.periode,
    raw.komnr_indberetter,
    raw.raekke,
    raw.ydelse_id,
    raw.system,
    raw.modt_ydelse_kode,
    raw.ydelse_start as ydelse_start_leveret,
    raw.ydelse_slut as ydelse_slut_leveret,
    spells_united.ydelse_start,
    spells_united.ydelse_slut,
    spells_united.begynder,
    dates_corrected.rettelse,
    dates_corrected.doddato,
    spells_united.maalgruppe,
    spells_united.funk_vurd,
    spells_united.betalingskommune,
    spells_united.prodnr,
    spells_united.afdeling_uuid,
    kommune_assigned.komnr_statbank,
    kommune_assigned.koen,
    kommune_assigned.foed_dato,
    coalesce(lpad(raw.pnr::varchar, 10, '0'), raw.pnr_tekst) as pnr
from spells_united
inner join raw
    on
        spells_united.periode = raw.periode
        and spells_united.komnr_indberetter = raw.komnr_indberetter
        and spells_united.raekke = raw.raekke
inner join dates_corrected
    on
        spells_united.periode = dates_corrected.periode
        and spells_united.komnr_indberetter = dates_corrected.komnr_indberetter
        and spells_united.raekke = dates_corrected.raekke
inner join kommune_assigned
    on
        spells_united.periode = kommune_assigned.periode
        and spells_united.komnr_indberetter = kommune_assigned.komnr_indberetter
        and spells_united.raekke = kommune_assigned.raekke
