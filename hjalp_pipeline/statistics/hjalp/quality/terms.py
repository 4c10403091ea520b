"""What the declaration says of relevance, and the terms it explains (seed 2.4, 4)."""

from hjalp_pipeline.statistics.hjalp.rules.dates import YEARS_BELIEVED

RELEVANCE = (
    "Statistikken viser, hvor mange hjælpemidler der er udlånt fra kommunernes hjælpemiddeldepoter, og hvor mange personer "
    "der har dem. Den er relevant for blandt andre ministerier, kommuner, forskere og interesseorganisationer, som bruger den "
    "til at følge udviklingen i tildelte hjælpemidler og til at belyse, hvem der modtager dem.",
    "Population: personer, der modtager hjælpemidler efter lov om social service §§ 83, 83 a, 86, 112, 113, 114, 116 og 128, "
    "lov om arbejdsmiljø § 15 og sundhedsloven §§ 138 og 140. Statistikken dækker hele landet fra og med 1. juli 2022.",
)
DEFINITIONS = (
    (
        "Hjælpemiddel",
        "Et produkt, der optimerer en persons funktionsevne og reducerer handicap, og som kan indleveres efter brug og "
        "udleveres igen til en ny person. Det udleveres fra et kommunalt hjælpemiddeldepot efter udvalgte paragraffer.",
    ),
    (
        "Udlånt hjælpemiddel (HJALP1)",
        "Et hjælpemiddel, der er på lån 31. december. Er personen død uden indlevering, regnes det for indleveret på dødsdagen; "
        f"et åbent udlån fra mere end {YEARS_BELIEVED} år før tælles ikke med.",
    ),
    (
        "Person med hjælpemidler (HJALP2)",
        "En person, der har mindst et hjælpemiddel på lån 31. december. En person, der låner af flere kommuner, tæller med i hver "
        "af dem, men kun én gang i hele landet.",
    ),
    (
        "Andel af befolkningen (HJALP3)",
        "Personer med hjælpemidler i procent af befolkningen 31. december i samme kommune, køn og aldersgruppe.",
    ),
    (
        "Kommune",
        "Den kommune, der har indberettet udlånet. Indberetter en kommune også for andre, er det den kommune, udlånet er "
        "registreret for, ellers borgerens bopælskommune på udleveringsdagen, og kendes den ikke, den kommune, der indberetter.",
    ),
    (
        "Diskretionering",
        "Tal for færre end 3 personer er skjult (..), og der er skjult flere tal, så de ikke kan regnes ud.",
    ),
)
