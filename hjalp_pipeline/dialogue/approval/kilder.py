"""Where a loan's paragraph comes from, or why there is none, in the words of the approval report (R7)."""

#: ``lov_kilde`` in the order of the report.
KILDER = {
    "LOV_NAVN": "Paragraffen er indberettet som kode",
    "LOV_TEKST": "Paragraffen er læst af fritekst",
    "FLERE": "Friteksten nævner flere paragraffer",
    "AFSLAG": "Friteksten afslår eller benægter en paragraf",
    "ANDEN_LOV": "Friteksten nævner en anden lov",
    "UDENFOR": "Friteksten nævner en paragraf, der ikke er i værdisættet",
    "INGEN": "Friteksten nævner ingen paragraf",
    "UKENDT_KODE": "lov_navn er ingen kode i værdisættet, og der er ingen fritekst",
    "IKKE_I_KRAFT": "Koden i lov_navn kan ikke bruges for udlånet, og der er ingen fritekst",
    "TOM": "Hverken kode eller fritekst",
}
