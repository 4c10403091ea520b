"""Charts are well-formed SVG whose shapes stand for the figures; labels are escaped."""

from xml.etree import ElementTree

import pytest

from hjalp_pipeline.pages import charts

SVG = "{http://www.w3.org/2000/svg}"


def shapes(svg: str, kind: str) -> list[ElementTree.Element]:
    return ElementTree.fromstring(svg).findall(f"{SVG}{kind}")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in shapes(svg, "text")]


def test_bars_are_as_long_as_their_figures() -> None:
    svg = charts.bars("Titel", [("a<b", 50), ("c", 100)], lambda value: f"{value:.0f} stk.")
    short, long = (float(rect.get("width", 0)) for rect in shapes(svg, "rect"))
    assert long == pytest.approx(2 * short, abs=0.1)
    assert texts(svg) == ["a<b", "50 stk.", "c", "100 stk."]


def test_columns_leave_out_what_has_no_figure() -> None:
    svg = charts.columns("Ud og ind", ["udleveret", "indleveret"], [("2024K1", [1000, 500]), ("2024K2", [None, 250])])
    drawn = [float(rect.get("height", 0)) for rect in shapes(svg, "rect")][2:]
    assert drawn == pytest.approx([154, 77, 38.5], abs=0.1)
    assert {"1.000", "500", "250", "2024K1", "2024K2", "udleveret"} <= set(texts(svg))


def test_a_line_breaks_where_a_figure_is_missing() -> None:
    svg = charts.lines("Andel", ["K1", "K2", "K3", "K4"], [("x", [1.0, 2.0, None, 4.0])])
    strokes = [line for line in shapes(svg, "line") if line.get("stroke-width") == "2"]
    assert len(strokes) == 1
    assert len(shapes(svg, "circle")) == 3


@pytest.mark.parametrize("svg", [charts.bars("t", []), charts.columns("t", ["a"], []), charts.lines("t", [], [])])
def test_nothing_to_show_is_no_fault(svg: str) -> None:
    assert ElementTree.fromstring(svg).get("aria-label") == "t"


def test_long_names_go_on_in_a_second_row_and_the_chart_begins_below() -> None:
    short = charts.lines("t", ["K1"], [(name, [1.0]) for name in ("a", "b")])
    long = charts.lines("t", ["K1"], [(name * 50, [1.0]) for name in ("a", "b", "c")])
    names = [text for text in shapes(long, "text") if len(text.text or "") == 50]
    assert [float(text.get("y", 0)) for text in names] == [14, 32, 50]
    tops = [min(float(line.get("y1", 0)) for line in shapes(svg, "line")) for svg in (short, long)]
    assert tops == [30, 66]
