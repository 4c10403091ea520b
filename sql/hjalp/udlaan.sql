-- Every loan inside the statistic as it stands, with what was delivered and what the rules made of it.
select
    raw.kvartal,
    raw.komnr_indberetter,
    raw.raekke,
    raw.udlaan_id,
    raw.system,
    raw.komnr_betaling,
    raw.hminr,
    raw.hmiiso,
    raw.hminavn,
    raw.udleveringsdato,
    raw.indleveringsdato as indleveringsdato_leveret,
    dates_corrected.indleveringsdato,
    dates_corrected.rettelse,
    dates_corrected.doddato,
    dates_corrected.udgaar_fra_aar,
    raw.lov_navn,
    raw.lov_tekst,
    paragraph_enriched.lov_navn_opret,
    paragraph_enriched.lov_kilde,
    kommune_assigned.komnr_statbank,
    kommune_assigned.kommune_kilde,
    kommune_assigned.koen,
    kommune_assigned.foed_dato,
    coalesce(lpad(raw.pnr::varchar, 10, '0'), raw.pnr_tekst) as pnr
from kommune_assigned
inner join raw
    on
        kommune_assigned.kvartal = raw.kvartal
        and kommune_assigned.komnr_indberetter = raw.komnr_indberetter
        and kommune_assigned.raekke = raw.raekke
inner join dates_corrected
    on
        kommune_assigned.kvartal = dates_corrected.kvartal
        and kommune_assigned.komnr_indberetter = dates_corrected.komnr_indberetter
        and kommune_assigned.raekke = dates_corrected.raekke
inner join paragraph_enriched
    on
        kommune_assigned.kvartal = paragraph_enriched.kvartal
        and kommune_assigned.komnr_indberetter = paragraph_enriched.komnr_indberetter
        and kommune_assigned.raekke = paragraph_enriched.raekke
