"""Charts are well-formed, their shapes stand for the figures, axes are round, texts keep their size; labels are escaped."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from hjalp_pipeline.pages import charts

SVG = "{http://www.w3.org/2000/svg}"


def shapes(chart: str, kind: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(chart).findall(f".//{SVG}{kind}")


def texts(chart: str) -> list[str]:
    return [element.text or "" for element in shapes(chart, "text")]


def per_cent(element: ElementTree.Element, name: str) -> float:
    return float(element.get(name, "").removesuffix("%"))


def test_bars_are_as_long_as_their_figures() -> None:
    svg = charts.bars("Titel", [("a<b", 50), ("c", 100)], lambda value: f"{value:.0f} stk.")
    short, long = (per_cent(rect, "width") for rect in shapes(svg, "rect"))
    assert long == pytest.approx(2 * short, abs=0.1)
    assert texts(svg) == ["a<b", "50 stk.", "c", "100 stk."]


def test_what_fell_goes_to_the_left_of_the_line_on_the_same_scale() -> None:
    svg = charts.change_bars("Titel", [("a", 30), ("b", -10), ("c", 0)])
    rose, fell, same = shapes(svg, "rect")
    line = per_cent(shapes(svg, "line")[0], "x1")
    assert per_cent(rose, "x") == line == per_cent(same, "x")
    assert per_cent(fell, "x") + per_cent(fell, "width") == pytest.approx(line, abs=0.02)
    assert per_cent(rose, "width") == pytest.approx(3 * per_cent(fell, "width"), abs=0.05)
    assert texts(svg) == ["a", "+30", "b", "−10", "c", "0"]


def test_a_long_label_goes_on_in_the_next_line() -> None:
    svg = charts.bars("t", [("en etiket med mange flere ord end der er plads til", 1), ("b", 1)])
    *parts, _, _, _ = texts(svg)
    assert all(len(part) <= 19 for part in parts)
    assert " ".join(parts) == "en etiket med mange flere ord end der er plads til"
    first, second = (float(rect.get("y", 0)) for rect in shapes(svg, "rect"))
    assert second - first == 15 * len(parts) + 9


def test_columns_leave_out_what_has_no_figure() -> None:
    svg = charts.columns("Ud og ind", ["udleveret", "indleveret"], [("2024K1", [1000, 500]), ("2024K2", [None, 250])])
    drawn = [float(rect.get("height", 0)) for rect in shapes(svg, "rect")]
    assert drawn == pytest.approx([170, 85, 42.5], abs=0.1)
    assert {"1.000", "500", "250", "2024K1", "2024K2"} <= set(texts(svg))
    assert "udleveret" in svg
    assert "indleveret" in svg


def test_columns_too_narrow_for_their_figures_have_an_axis() -> None:
    svg = charts.columns("t", ["a", "b"], [(f"M{number:02}", [number * 90, 7]) for number in range(1, 13)])
    assert [text for text in texts(svg) if not text.startswith("M")] == ["0", "500", "1.000", "1.500"]


@pytest.mark.parametrize(
    ("most", "least", "wanted"),
    [
        (2500, 1, [0, 500, 1000, 1500, 2000, 2500]),
        (2501, 1, [0, 1000, 2000, 3000]),
        (0.82, 0.01, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1.0, 0.01, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (28, 1, [0, 10, 20, 30]),
        (2, 1, [0, 1, 2]),
        (0, 1, [0, 1]),
        (0.0004, 0.0001, [0, 0.0001, 0.0002, 0.0003, 0.0004]),
        (0.00001, 0.0001, [0, 0.0001]),
        (8_000_000, 1, [0, 2_000_000, 4_000_000, 6_000_000, 8_000_000]),
    ],
)
def test_ticks_are_round(most: float, least: float, wanted: list[float]) -> None:
    assert charts.ticks(most, least) == pytest.approx(wanted)


def test_a_line_breaks_where_a_figure_is_missing() -> None:
    svg = charts.lines("Andel", ["K1", "K2", "K3", "K4"], [("x", [1.0, 2.0, None, 4.0])])
    strokes = [line for line in shapes(svg, "line") if line.get("stroke-width") == "2"]
    assert len(strokes) == 1
    assert len(shapes(svg, "circle")) == 3


def test_the_highest_tick_is_the_top_of_the_scale() -> None:
    svg = charts.lines("Andel", ["K1", "K2"], [("x", [0.0, 25.0])])
    assert texts(svg) == ["0", "5", "10", "15", "20", "25", "K1", "K2"]
    bottom, top = (float(circle.get("cy", 0)) for circle in shapes(svg, "circle"))
    assert bottom - top == 170


@pytest.mark.parametrize("svg", [charts.bars("t", []), charts.columns("t", ["a"], []), charts.lines("t", [], [])])
def test_nothing_to_show_is_no_fault(svg: str) -> None:
    picture = ElementTree.fromstring(svg).find(f"{SVG}svg")
    assert picture is not None
    assert picture.get("aria-label") == "t"


def test_text_does_not_scale_and_labels_that_have_no_room_on_a_phone_are_left_to_the_screen() -> None:
    quarters = [f"{year}K{nr}" for year in range(2022, 2026) for nr in range(1, 5)]
    svg = charts.lines("t", quarters, [("a", [1.0] * 16)])
    assert "viewBox" not in svg
    below = [text for text in shapes(svg, "text") if (text.text or "").startswith("20")]
    on_phone = [text.text for text in below if text.get("class") != "wide"]
    assert on_phone[-1] == below[-1].text == "2025K4"
    assert len(on_phone) == 4
    assert len(below) == 8
    assert all(re.fullmatch(r"[0-9.]+%", text.get("x", "")) for text in below)


def test_several_series_are_named_and_one_is_not() -> None:
    assert "<p>" not in charts.lines("t", ["K1"], [("a", [1.0])])
    named = ElementTree.fromstring(charts.lines("t", ["K1"], [(name * 50, [1.0]) for name in "abc"])).findall("p/span")
    assert ["".join(one.itertext())[0] for one in named] == ["a", "b", "c"]
