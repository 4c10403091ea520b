"""Example files of an edition, valid by our own readers. The CPR numbers are made up: there is no 30 February."""

import csv
import io
from xml.sax.saxutils import escape

from hjalp_pipeline.codelists.value_sets import CodedField
from hjalp_pipeline.delivery.layouts.layout import Layout
from hjalp_pipeline.dialogue.specification.editions import Edition

KOMNR, SYSTEM = "540", "nexus"
Record = dict[str, str]


def example_stem(edition: Edition) -> str:
    """The examples' name without extension: received at a quarter past eight on the tenth day after the period."""
    day = edition.kvartal.next().first_day.replace(day=10)
    return f"{KOMNR}_{SYSTEM}_{day:%Y%m%d}T081500"


def example_records(edition: Edition, coded: CodedField | None) -> list[Record]:
    """Three records: every field filled, required ones alone, and the newest code of the value set, where there is one."""
    layout = edition.version.layout
    full = {field.name: field.example for field in layout.fields}
    least = {field.name: field.example if field.required else "" for field in layout.fields}
    records = [full, least]
    if coded and edition.value_set and coded.name in full:
        newest = sorted(edition.value_set.codes, key=lambda code: code.from_date)[-1]
        left_out = {name: least[name] for name in coded.empty_in_example if name in least}
        records.append(full | left_out | {coded.name: newest.code})
    return [record | {layout.declaration.id: f"N-{number}"} for number, record in enumerate(records, start=1)]


def csv_example(layout: Layout, records: list[Record]) -> str:
    """The records as csv with header and last line."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(layout.names)
    writer.writerows([record[name] for name in layout.names] for record in records)
    return f"{out.getvalue()}SLUT;{len(records)}\n"


def xml_example(edition: Edition, records: list[Record]) -> str:
    """The records as xml by the layout's schema; an empty field has no element."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    declared = edition.version.layout.declaration
    root, period = declared.root, declared.period.attribute
    lines.append(f'<{root} komnr="{KOMNR}" {period}="{edition.name}" system="{SYSTEM}" antal="{len(records)}">')
    for record in records:
        lines.append(f"  <{declared.record}>")
        lines += [f"    <{name}>{escape(value)}</{name}>" for name, value in record.items() if value]
        lines.append(f"  </{declared.record}>")
    return "\n".join([*lines, f"</{root}>", ""])
