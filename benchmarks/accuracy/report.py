"""Print the figures of a run, and keep them as JSON and in the docs."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.accuracy.making import SINGLE, TRIPLE
from benchmarks.accuracy.negatives import SCENE_RECALL
from benchmarks.accuracy.still_results import StillResult, still_headline, still_misses, still_names, still_rows
from benchmarks.accuracy.summary import (
    Outcome,
    Row,
    crashes,
    false_names,
    group_row,
    headline,
    kind_rows,
    method_kind_rows,
    method_rows,
    misses,
    scene_rows,
    strata_rows,
)
from benchmarks.figures import RESULTS, ROOT, describe_machine, print_table

DOCS = ROOT / "docs" / "accuracy.md"
BEGIN, END = "<!-- accuracy: begin -->", "<!-- accuracy: end -->"
Facts = Mapping[str, str | int | float]


def tables_of(outcome: Outcome, stills: Sequence[StillResult]) -> dict[str, list[Row]]:
    """Give all tables by heading, those that hold anything."""
    singles = [*kind_rows(outcome, SINGLE), group_row(outcome, "all single disguises", SINGLE)]
    triples = [*kind_rows(outcome, TRIPLE), group_row(outcome, "all triples", TRIPLE)]
    tables = {
        "Single disguises": singles,
        "Three at a time": triples,
        "Pairs that share nothing": strata_rows(outcome),
        "Same scene, other footage": scene_rows(outcome),
        "Same footage on the clips of scenes": [
            *kind_rows(outcome, SCENE_RECALL),
            group_row(outcome, "all clips of scenes", SCENE_RECALL),
        ],
        "Methods": method_rows(outcome),
        "Methods by kind: found with none false, found as delivered, false as delivered": method_kind_rows(outcome),
        "Screenshots": still_rows(stills),
    }
    return {heading: rows for heading, rows in tables.items() if rows}


def print_report(
    facts: Facts, costs: Sequence[Row], outcome: Outcome, stills: Sequence[StillResult], *, verbose: bool
) -> None:
    """Print everything."""
    print("; ".join(f"{name} {value}" for name, value in facts.items()))
    for heading, rows in tables_of(outcome, stills).items():
        print(f"\n{heading}")
        print_table(rows)
    print("\nCost")
    print_table(costs)
    print("\nHeadline")
    print_table([{"figure": name, "value": value} for name, value in all_figures(outcome, stills).items()])
    print("\n".join(["", *crashes(outcome), *false_names(outcome), *still_names(stills)]))
    if verbose:
        print("\n".join([*misses(outcome), *still_misses(stills)]))


def all_figures(outcome: Outcome, stills: Sequence[StillResult]) -> dict[str, float]:
    """Give the figures that targets and floors are set for."""
    return headline(outcome) | still_headline(stills)


def write_results(
    name: str, facts: Facts, costs: Sequence[Row], outcome: Outcome, stills: Sequence[StillResult]
) -> None:
    """Write ``benchmarks/results/<name>.json``."""
    content = {
        "benchmark": name,
        "aim": "every copy found however disguised, nothing else taken for one",
        "machine": describe_machine(),
        "run": dict(facts),
        "figures": all_figures(outcome, stills),
        "tables": tables_of(outcome, stills),
        "cost": list(costs),
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(content, ensure_ascii=False, indent=2)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def write_docs(
    facts: Facts, costs: Sequence[Row], outcome: Outcome, stills: Sequence[StillResult], path: Path = DOCS
) -> None:
    """Put the tables between the two markers of the page, which is begun where there is none."""
    parts = ["; ".join(f"{name} {value}" for name, value in facts.items()) + "."]
    for heading, rows in (tables_of(outcome, stills) | {"Cost": list(costs)}).items():
        parts.append(f"### {heading}\n\n{as_markdown(rows)}")
    text = path.read_text(encoding="utf-8") if path.is_file() else f"# Accuracy\n\n{BEGIN}{END}\n"
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n\n" + "\n\n".join(parts) + f"\n\n{END}{after}", encoding="utf-8")


def as_markdown(rows: Sequence[Row]) -> str:
    """Write rows as a table of Markdown."""
    names = list(rows[0])
    lines = [names, ["---"] * len(names), *([str(row[name]) for name in names] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
