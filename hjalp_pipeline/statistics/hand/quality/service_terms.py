"""What the declaration says of relevance, and the terms it explains (seed: purpose; H5-H11)."""

RELEVANCE = (
    "Statistikken viser, hvor mange ydelser efter udvalgte paragraffer i lov om social service der gives til voksne med handicap "
    "og andre udsatte voksne, og hvor mange personer der modtager dem. Den er relevant for blandt andre ministerier, kommuner, "
    "forskere og interesseorganisationer, som bruger den til at følge udviklingen og til at belyse, hvem der modtager ydelserne, og "
    "i hvilken målgruppe.",
    "Population: personer, der modtager ydelserne fra en kommune. Statistikken indeholder data fra og med 4. kvartal 2013 og er "
    "opgjort fra 1. kvartal 2015; nye ydelser kommer med fra det kvartal, de indføres.",
)
DEFINITIONS = (
    (
        "Ydelse",
        "Én ydelse til én person fra en første til en sidste dag, begge med. Forløb med samme ydelse i samme kommune, der overlapper "
        "eller følger lige efter hinanden, er ét. Er personen død, slutter ydelsen senest på dødsdagen.",
    ),
    (
        "Person (HAND07, HAND02A)",
        "En person med mindst én dag i kvartalet. I HAND02A tæller en person med samme ydelse fra flere kommuner med én gang; alderen "
        "er den på  kvartalets sidste dag eller ved døden.",
    ),
    (
        "Kvartals- og årsydelser (HAND01, HAND05, HAND03A)",
        "Summen af ydelsernes dage i kvartalet eller året divideret med periodens dage: en ydelse hele perioden er 1. I det år, en "
        "ydelse indføres, tæller dagene fra dens første dag, divideret med hele årets dage.",
    ),
    (
        "Pr. 1.000 indbyggere (HAND06)",
        "Kvartalsydelser pr. 1.000 indbyggere i kommunen ved udgangen af året før.",
    ),
    (
        "Målgruppe (HAND03A)",
        "Den eller de grupper, ydelsen er givet på grund af. En ydelse med målgrupper i to grupper tæller med i begge.",
    ),
    (
        "Kommune",
        "Handlekommunen. Indberetter en kommune for en anden, er den andens ydelser med i indberetterens tal, undtagen §§ 95 og 96.",
    ),
    (
        "Diskretionering",
        "Tal med 1 eller 2 personer bag sig er skjult (..), og der er skjult flere tal, så de ikke kan regnes ud.",
    ),
)
