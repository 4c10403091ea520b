"""The story's deliveries and definitions hold what its steps tell."""

import tomllib

import polars as pl
import pytest

from hjalp_pipeline.codelists.periods import Kvartal, Maaned
from hjalp_pipeline.statistics.hand.synth.real_history import FORGETFUL, IN_PART, LOST, TOO_MANY
from hjalp_pipeline.statistics.hand.synth.story_steps import story
from hjalp_pipeline.synth import generate
from hjalp_pipeline.synth.story import Step
from hjalp_tests.statistics.hand.synth.made import Made

STORY = story()


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Made:
    root = tmp_path_factory.mktemp("story")
    return Made(root, generate(root, STORY.made_up, registers=root / "registers", scale=0.01, seed=1))


def _of(told: Made, month: str, komnr: str) -> pl.DataFrame:
    return pl.concat(told.read(name) for name in told.files(month) if name.split("/")[1].startswith(komnr))


@pytest.mark.slow
def test_every_month_of_a_step_is_delivered(told: Made) -> None:
    delivered = {path.name for path in (told.root / "inbox").iterdir()}
    assert {month for step in STORY.steps for month in step.periods} == delivered


@pytest.mark.parametrize("step", [step for step in STORY.steps if step.release], ids=lambda step: step.heading)
def test_a_definition_is_whole_and_its_month_has_been_run(step: Step) -> None:
    at = STORY.steps.index(step)
    definition = tomllib.loads(step.files[f"releases/{step.release}.toml"])
    run = {month for one in STORY.steps[: at + 1] for month in one.periods}
    assert {definition["period"], *definition.get("period_overrides", {}).values()} <= run
    assert Kvartal.parse(definition["last_quarter"]).last_day <= Maaned.parse(definition["period"]).last_day
    assert definition["approvals_until"] < definition["publish_at"]
    assert ("max_move_pct" in definition) >= bool(step.refused)
    if "archive" in definition:
        assert definition["archive"] in {one.release for one in STORY.steps[:at]}


@pytest.mark.slow
def test_four_old_systems_are_lost_by_the_list_and_found_by_its_correction(told: Made) -> None:
    (correction,) = (step for step in STORY.steps if "codelists/systems.csv" in step.files)
    lines = {
        name: {line for line in text.splitlines() if ";2022M08;" in line}
        for name, text in (
            ("before", (told.root / "codelists/systems.csv").read_text()),
            ("after", correction.files["codelists/systems.csv"]),
        )
    }
    assert {line[:3] for line in lines["before"]} == {line[:3] for line in lines["after"]} == set(LOST)
    assert {line.rsplit(";")[-1] for line in lines["before"]} == {"no"}
    assert {line.rsplit(";")[-1] for line in lines["after"]} == {"yes"}
    for komnr in LOST:
        new = [name for name in told.files("2022M09") if name.startswith(f"2022M09/{komnr}")]
        assert pl.concat(map(told.read, new)).height < 0.5 * _of(told, "2021M08", komnr).height


@pytest.mark.slow
def test_frederiksberg_has_too_many_until_it_corrects_them(told: Made) -> None:
    def treated(month: str) -> int:
        return _of(told, month, TOO_MANY).filter(pl.col("modt_ydelse_kode") == "30013").height

    assert treated("2023M05") > 2 * treated("2024M08")
    wrong = _of(told, "2023M05", TOO_MANY).filter(
        pl.col("modt_ydelse_kode") == "30013", pl.col("ydelse_slut") == "2022-12-31"
    )
    assert wrong["ydelse_start"].min() == "2020-04-01"


@pytest.mark.slow
def test_only_a_part_of_hoersholm_is_in_and_then_all(told: Made) -> None:
    assert _of(told, "2024M08", IN_PART).height < 0.75 * _of(told, "2025M02", IN_PART).height


@pytest.mark.slow
def test_two_systems_have_dropped_what_ended_long_ago(told: Made) -> None:
    for komnr in FORGETFUL:
        before, now = (_of(told, month, komnr) for month in ("2025M02", "2025M05"))
        assert now.height < before.height
        assert now.filter(pl.col("ydelse_slut") <= "2019-12-31").height == 0
