"""Outputs that come to nothing."""

from __future__ import annotations

import textwrap

import pytest

from cursus.validation.analysis.idle import idle_outputs


def idle(*lines: str) -> list[str]:
    body = "def main(input_paths, output_paths, environ_vars, job_args):\n" + textwrap.indent("\n".join(lines), "    ")
    return [name for name, _, _ in idle_outputs(body.encode(), frozenset({"out"}))]


@pytest.mark.parametrize(
    "lines",
    [
        ['os.makedirs(output_paths["out"], exist_ok=True)'],
        ['Path(output_paths["out"]).mkdir()'],
        ['out = output_paths["out"]'],
        ['target = Path(output_paths["out"]) / "x.csv"', "print(target)"],
        [
            'target = os.path.join(output_paths["out"], "x")',
            "if not os.path.exists(target):",
            "    os.makedirs(target)",
        ],
        ['logger.info("to %s", output_paths["out"])'],
        ['open(output_paths["out"] + "/x").read()', 'open(output_paths["out"] + "/x", mode="rb")'],
        ['assert output_paths.get("out")'],
        ['print(f"to {output_paths["out"]!r}")'.replace('"out"', "'out'")],
    ],
)
def test_nothing_comes_of_it(lines: list[str]) -> None:
    assert idle(*lines) == ["out"]


@pytest.mark.parametrize(
    "lines",
    [
        ['open(output_paths["out"] + "/x", "w")'],
        ['open(output_paths["out"] + "/x", mode)'],
        ['Path(output_paths["out"], "x").write_text("y")'],
        ['out = output_paths["out"]', "os.makedirs(out)", "table.to_csv(out)"],
        ['out = output_paths["out"]', "return out"],
        ['out = output_paths["out"]', "out = other", "save(out)"],
        ['target = given or output_paths["out"]', "save(target)"],
        ['save(folder=output_paths["out"])'],
        ['os.chdir(output_paths["out"])'],
        ['for name in ("out",):', "    save(output_paths[name])"],
        ['save("out")'],
        ["os.makedirs(other)"],
    ],
)
def test_something_may_come_of_it(lines: list[str]) -> None:
    assert idle(*lines) == []


def test_a_module_that_does_not_parse_has_none() -> None:
    assert idle('os.makedirs(output_paths["out"])', "def (") == []
