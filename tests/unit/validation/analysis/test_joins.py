"""Joins that leave their folder."""

from __future__ import annotations

import textwrap

import pytest

from cursus.validation.analysis.joins import slips


def whys(*lines: str) -> list[str]:
    body = "def main(input_paths, output_paths, environ_vars, job_args):\n" + textwrap.indent("\n".join(lines), "    ")
    return [slip.why for slip in slips(body.encode(), frozenset({"out", "in"}))]


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (['os.path.join(output_paths["out"], "/x")'], "'/x' is absolute"),
        (['os.path.join(output_paths["out"], "a", "/x")'], "'/x' is absolute"),
        (['Path(output_paths["out"]) / "/x"'], "'/x' is absolute"),
        (['Path(output_paths["out"]).joinpath("../x")'], "'../x' leads out"),
        (['Path(output_paths["out"], "..")'], "'..' leads out"),
        (['folder = output_paths["out"]', 'open(folder + "x.csv")'], "no slash between the folder and 'x.csv'"),
        (['folder = str(input_paths["in"])', 'pd.read_csv(f"{folder}x.csv")'], "no slash"),
        (['open(input_paths["in"] + f"x{n}")'], "no slash between the folder and 'x'"),
    ],
)
def test_it_leaves(lines: list[str], word: str) -> None:
    (why,) = whys(*lines)
    assert word in why


@pytest.mark.parametrize(
    "line",
    [
        'os.path.join(output_paths["out"], "x", "../y")',
        'os.path.join("/tmp", output_paths["out"])',
        'os.path.join(elsewhere, "/x")',
        'Path(output_paths["out"]) / "x" / ".."',
        'open(output_paths["out"] + "/x")',
        'print(output_paths["out"] + ": done")',
        'print(f"{output_paths}x")',
        "log(f\"{output_paths['out']}done\")",
        'open(other_paths["else"] + "x")',
        'folder = output_paths["out"]; folder += "/"; open(folder + "x")',
        '", ".join(["/a", ".."])',
    ],
)
def test_it_stays(line: str) -> None:
    assert whys(line) == []


def test_a_module_that_does_not_parse_has_none() -> None:
    assert whys('open(output_paths["out"] + "x")', "def (") == []
