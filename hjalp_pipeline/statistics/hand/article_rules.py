"""What the article of a release tells: the service most people receive, who they are, and where it is given most."""

from hjalp_pipeline.publishing.article.finding_rules import ArticleRules, Headline, Ranking, Total
from hjalp_pipeline.publishing.table import Text
from hjalp_pipeline.statistics.hand.codelists.first_quarters import FIRST_KVARTAL
from hjalp_pipeline.statistics.hand.codelists.target_groups import UNKNOWN_GROUP
from hjalp_pipeline.statistics.hand.dimensions import ALDER, KON, MLGRP, OMRADE, YDELSESTYPE

_AREA, _TYPE, _AGE, _GROUP = (one.variable.code for one in (OMRADE, YDELSESTYPE, ALDER, MLGRP))
_UNKNOWN_AGE = "9999"

_TOTAL = Total(
    "HAND02A",
    Headline(
        number=Text("{number} voksne får den mest udbredte ydelse", "{number} adults receive the commonest benefit"),
        more=Text("{pct} flere får den mest udbredte ydelse", "{pct} more receive the commonest benefit"),
        fewer=Text("{pct} færre får den mest udbredte ydelse", "{pct} fewer receive the commonest benefit"),
        same=Text("Antallet med den mest udbredte ydelse {same}", "Number with the commonest benefit {same}"),
        hidden=Text("Ingen tal for ydelserne vises", "No figures for the benefits are shown"),
    ),
    Text(
        "{time} fik {number} personer ydelsen »{what}«, som er den, flest personer får blandt de ydelser, hvis tal er vist.",
        "{time} {number} people received the benefit “{what}”, the one most people receive among the benefits whose figures "
        "are shown.",
    ),
    chosen=_TYPE,
)
_BY_AGE = Ranking(
    "HAND02A",
    _AGE,
    "persons",
    "columns",
    Text("Personer med den mest udbredte ydelse efter alder", "People with the commonest benefit by age"),
    chosen=True,
    leave_out=(_UNKNOWN_AGE,),
    told=(
        Text(
            "Flest modtagere er i gruppen {first}, nemlig {first_value}.",
            "Most recipients are in the group {first}: {first_value}.",
        ),
    ),
    more=(
        Text(
            "Antallet er steget mest i gruppen {riser}, hvor det er {riser_pct} højere end {before}.",
            "The number has risen most in the group {riser}, where it is {riser_pct} higher than {before}.",
        ),
        Text(
            "Antallet er faldet mest i gruppen {faller}, hvor det er {faller_pct} lavere end {before}.",
            "The number has fallen most in the group {faller}, where it is {faller_pct} lower than {before}.",
        ),
    ),
)
_GROUPS = Ranking(
    "HAND03A",
    _GROUP,
    "persons",
    "bars",
    Text(
        "Ydelser, omregnet til hele kvartaler, efter målgruppe {time}",
        "Benefits, as full quarters, by target group {time}",
    ),
    chosen=True,
    leave_out=(UNKNOWN_GROUP,),
    decimals=1,
    heading=Text("Mest går til {first}", "Most goes to {first}"),
    told=(
        Text(
            "Omregnet til hele kvartaler gik {first_value} af disse ydelser til målgruppen {first}.",
            "Converted into full quarters {first_value} of these benefits went to the target group {first}.",
        ),
        Text(
            "Færrest gik til målgruppen {last}: {last_value}.", "Fewest went to the target group {last}: {last_value}."
        ),
    ),
    more=(
        Text(
            "En ydelse med målgrupper i flere grupper tæller med i hver af dem.",
            "A benefit with target groups in several groups is counted in each of them.",
        ),
        Text(
            "Mest er antallet steget i målgruppen {riser}, med {riser_pct} siden {then}.",
            "The number has risen most in the target group {riser}, by {riser_pct} since {then}.",
        ),
    ),
)
_AREAS = Ranking(
    "HAND06",
    _AREA,
    "rate",
    "table",
    Text(
        "Kommuner med flest og færrest af ydelsen pr. 1.000 indbyggere {time}",
        "Municipalities with most and fewest of the benefit per 1,000 inhabitants {time}",
    ),
    chosen=True,
    decimals=1,
    heading=Text("Flest pr. indbygger i {first}", "Most per inhabitant in {first}"),
    told=(
        Text(
            "I {first} er der {first_value} af ydelsen pr. 1.000 indbyggere, flest af de {shown} kommuner, hvis tal er vist.",
            "In {first} there are {first_value} of the benefit per 1,000 inhabitants, most of the {shown} municipalities whose "
            "figures are shown.",
        ),
        Text("Færrest er der i {last}, nemlig {last_value}.", "There are fewest in {last}: {last_value}."),
        Text(
            "Siden {then} er tallet steget i {rose} og faldet i {fell} af de {both} kommuner, der er vist begge gange.",
            "Since {then} the figure has risen in {rose} and fallen in {fell} of the {both} municipalities shown both times.",
        ),
    ),
)
ARTICLE = ArticleRules(
    Text("Handicap og udsatte (voksne)", "Disability and disadvantaged adults"),
    _TOTAL,
    _BY_AGE,
    (_GROUPS, _AREAS),
    areas=("HAND07", _AREA),
    since=FIRST_KVARTAL.aar,
    variables={one.variable.code: one.variable for one in (OMRADE, YDELSESTYPE, ALDER, KON, MLGRP)},
    about=(
        Text(
            "Statistikken omfatter ydelser til voksne med handicap og til udsatte voksne, som kommunerne har bevilget, og som "
            "løb en eller flere dage i kvartalet.",
            "The statistic covers benefits to adults with disabilities and to disadvantaged adults that municipalities have "
            "granted and that ran on one or more days of the quarter.",
        ),
        Text(
            "En person med samme ydelse fra flere kommuner tæller kun med én gang, men en person med flere ydelser tæller med i "
            "hver af dem.",
            "A person with the same benefit from several municipalities is counted only once, but one with several benefits is "
            "counted in each of them.",
        ),
        Text(
            "Kommuner, hvis ydelser en anden kommune indberetter, og kommuner, der ikke deltager, er ikke vist.",
            "Municipalities whose benefits another one reports, and those that do not take part, are not shown.",
        ),
        Text(
            "Små tal er diskretioneret, og flere er skjult, så ingen kan regne dem ud; i artiklen er store antal personer afrundet "
            "til hundreder og procenter til hele tal.",
            "Small figures are confidential, and more are hidden so that nobody can compute them; in this article large numbers "
            "of people are rounded to hundreds and per cent to whole numbers.",
        ),
        Text(
            "Antallet pr. 1.000 indbyggere er i forhold til kommunens folketal ved udgangen af året før.",
            "The number per 1,000 inhabitants is of the municipality's population at the end of the year before.",
        ),
        Text(
            "Ydelser er omregnet til hele kvartaler ved at dele summen af deres dage med kvartalets dage.",
            "Benefits are converted into full quarters by dividing the sum of their days by the days of the quarter.",
        ),
    ),
)
