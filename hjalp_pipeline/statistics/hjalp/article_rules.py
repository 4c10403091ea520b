"""What the article of a release tells: who borrows, how large a part of each age group, and where."""

from hjalp_pipeline.codelists.kommuner import HELE_LANDET
from hjalp_pipeline.publishing.article.finding_rules import ArticleRules, Headline, Ranking, Total
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.statistics.hjalp.codelists.age_groups import ALDER_I_ALT
from hjalp_pipeline.statistics.hjalp.codelists.first import FIRST_YEAR
from hjalp_pipeline.statistics.hjalp.dimensions import ALDER, KOEN, KOMMUNE

_AREA, _SEX, _AGE = (one.variable.code for one in (KOMMUNE, KOEN, ALDER))
_COUNTRY, _BOTH = {_AREA: HELE_LANDET}, {_SEX: "0"}

_TOTAL = Total(
    "HJALP2",
    Headline(
        number=Text("{number} personer har hjælpemidler til låns", "{number} people have assistive devices on loan"),
        more=Text("{pct} flere låner hjælpemidler", "{pct} more borrow assistive devices"),
        fewer=Text("{pct} færre låner hjælpemidler", "{pct} fewer borrow assistive devices"),
        same=Text("Antallet, der låner hjælpemidler, er {same}", "Number who borrow assistive devices is {same}"),
        hidden=Text("Intet tal for hele landet vises", "No figure for all Denmark is shown"),
    ),
    Text(
        "{time} havde {number} personer et eller flere hjælpemidler til låns fra kommunernes depoter.",
        "{time} {number} people had one or more assistive devices on loan from the depots of the municipalities.",
    ),
    at=_COUNTRY | _BOTH | {_AGE: ALDER_I_ALT},
    stock=True,
)
_BY_AGE = Ranking(
    "HJALP2",
    _AGE,
    "persons",
    "columns",
    Text("Personer med hjælpemidler til låns efter alder", "People with assistive devices on loan by age"),
    at=_COUNTRY | _BOTH,
    leave_out=(ALDER_I_ALT,),
    told=(
        Text(
            "Flest lånere er der blandt personer på {first}, nemlig {first_value}.",
            "The largest group is those aged {first}: {first_value} people.",
        ),
    ),
    more=(
        Text(
            "Antallet er steget mest blandt personer på {riser}, hvor det er {riser_pct} højere end {before}.",
            "The number has risen most among those aged {riser}, where it is {riser_pct} higher than {before}.",
        ),
        Text(
            "Antallet er faldet mest blandt personer på {faller}, hvor det er {faller_pct} lavere end {before}.",
            "The number has fallen most among those aged {faller}, where it is {faller_pct} lower than {before}.",
        ),
    ),
)
_SHARE = Ranking(
    "HJALP3",
    _AGE,
    "share",
    "bars",
    Text(
        "Andel af befolkningen med hjælpemidler til låns {time}",
        "Share of the population with assistive devices on loan {time}",
    ),
    at=_COUNTRY | _BOTH,
    leave_out=(ALDER_I_ALT,),
    decimals=1,
    heading=Text("{first_share} på {first} låner hjælpemidler", "{first_share} aged {first} borrow assistive devices"),
    told=(
        Text(
            "Andelen er størst i gruppen {first}, hvor {first_value} af befolkningen har et hjælpemiddel til låns.",
            "The share is largest in the group {first}, where {first_value} of the population have an assistive device on loan.",
        ),
        Text(
            "Andelen er mindst i gruppen {last}, hvor den er {last_value}.",
            "The share is smallest in the group {last}, where it is {last_value}.",
        ),
    ),
    more=(
        Text(
            "Andelen er i procent af befolkningen i de kommuner, der indgår, ved udgangen af året.",
            "The share is per cent of the population at the end of the year of the municipalities that take part.",
        ),
    ),
)
_AREAS = Ranking(
    "HJALP3",
    _AREA,
    "share",
    "table",
    Text(
        "Kommuner med de største og de mindste andele {time}, procent",
        "Municipalities with the largest and the smallest shares {time}, per cent",
    ),
    at=_BOTH | {_AGE: ALDER_I_ALT},
    leave_out=(HELE_LANDET,),
    decimals=1,
    heading=Text("Andelen er størst i {first}", "The share is largest in {first}"),
    told=(
        Text(
            "I {first} har {first_value} af befolkningen et hjælpemiddel til låns, den største andel i de {shown} kommuner, hvis "
            "andel er vist.",
            "In {first} {first_value} of the population have an assistive device on loan, the largest share in the {shown} "
            "municipalities whose share is shown.",
        ),
        Text(
            "Andelen er mindst i {last}, hvor den er {last_value}.",
            "The share is smallest in {last}, where it is {last_value}.",
        ),
        Text(
            "Fra {then} til {now} steg andelen i {rose} og faldt i {fell} af de {both} kommuner, der er vist begge gange.",
            "From {then} to {now} the share rose in {rose} and fell in {fell} of the {both} municipalities shown both times.",
        ),
    ),
    more=(
        Text(
            "Forskelle mellem kommuner kan også skyldes, at de registrerer hjælpemidler forskelligt, for eksempel hvert enkelt "
            "hjælpemiddel eller et sæt som ét.",
            "Differences between municipalities may also be due to how they register devices, for instance each device or a "
            "whole set as one.",
        ),
    ),
)
ARTICLE = ArticleRules(
    Text("Udlån af hjælpemidler", "Lending of assistive devices"),
    _TOTAL,
    _BY_AGE,
    (_SHARE, _AREAS),
    areas=("HJALP1", _AREA),
    since=FIRST_YEAR,
    variables={one.variable.code: one.variable for one in (KOMMUNE, KOEN, ALDER)},
    about=(
        Text(
            "Statistikken omfatter de hjælpemidler, som kommunerne har lånt ud fra deres hjælpemiddeldepoter, og som ikke er "
            "leveret tilbage ved udgangen af året.",
            "The statistic covers the assistive devices that municipalities have lent from their depots and that have not been "
            "returned at the end of the year.",
        ),
        Text(
            "En person, der låner af flere kommuner, tæller med i hver af dem, men kun én gang i hele landet.",
            "A person who borrows from several municipalities counts in each of them, but only once in all Denmark.",
        ),
        Text(
            "Hele landet er beregnet af de kommuner, der har leveret og godkendt deres data.",
            "All Denmark is computed from the municipalities that have delivered and approved their data.",
        ),
        Text(
            "Små tal er diskretioneret, og flere er skjult, så ingen kan regne dem ud; i artiklen er store antal personer afrundet "
            "til hundreder og procenter til hele tal.",
            "Small figures are confidential, and more are hidden so that nobody can compute them; in this article large numbers "
            "of people are rounded to hundreds and per cent to whole numbers.",
        ),
        Text(
            "Indberetningen har været obligatorisk for alle kommuner siden 1. juli 2022.",
            "Reporting has been compulsory for all municipalities since 1 July 2022.",
        ),
        Text(
            "Alder og køn er opgjort ved udgangen af året.",
            "Age and sex are those at the end of the year.",
        ),
    ),
)
