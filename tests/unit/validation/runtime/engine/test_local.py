from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cursus.errors import RunError
from cursus.model.finding import Outcome
from cursus.model.plan import PipelinePlan, PlannedStep
from cursus.validation.runtime.engine.interface import RunOptions, Silent
from cursus.validation.runtime.engine.local import LocalEngine
from cursus.validation.runtime.results import RunResult, StepResult

MakeStep = Callable[..., PlannedStep]
MakePlan = Callable[..., PipelinePlan]
MAIN = "def main(input_paths, output_paths, environ_vars, job_args):\n    "
GETS = """
import argparse, os

def main(input_paths, output_paths, environ_vars, job_args):
    assert environ_vars == {"LABEL": "späť"}, environ_vars
    assert os.environ["LABEL"] == "späť" and "CURSUS_WORKSPACE_ROOT" not in os.environ
    assert os.environ["HOME"] == os.environ["TMPDIR"] != os.getcwd()
    assert vars(job_args) == {
        "max_depth": 3, "rate": 0.1, "verbose": True, "kind": "a", "shift": -5, "other": "7", "deep": [1]
    }, job_args
    print("grün")
    Path(output_paths["table"], "table.csv").write_text("id\\n1\\n")

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--max-depth", type=int, required=True)
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--kind", "-k", choices=["a", "b"])
    parser.add_argument("--offset", type=int, dest="shift")
    main({}, {}, dict(os.environ), parser.parse_args())
"""
SAVE = "Path(output_paths['table'], 'table.csv').write_text('id\\n1\\n2\\n')"


def run(
    plan: PipelinePlan, tmp_path: Path, data: dict[tuple[str, str], Path] | None = None, **options: object
) -> RunResult:
    settings = RunOptions(tmp_path / "run", **{"timeout_seconds": 20.0, **options})  # type: ignore[arg-type]
    return LocalEngine().execute(plan, data or {}, settings)


@pytest.fixture
def one(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> Callable[..., StepResult]:
    """The result of a single script."""

    def result(script: str, *, options: dict[str, object] | None = None, **fields: object) -> StepResult:
        return run(make_plan(make_step("only", script, **fields)), tmp_path, **(options or {})).step("only")

    return result


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.csv").write_text("id,value\n1,x\n2,y\n3,z\n")
    return folder


def test_data_flows_from_step_to_step(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    plan = make_plan(
        make_step("first", inputs=("raw",), outputs=("left", "right")),
        make_step("second", inputs=("one", "two")),
        bind=("first.left -> second.one", "first.right -> second.two"),
    )
    result = run(plan, tmp_path, {("first", "raw"): rows})
    assert result.ok
    assert [s.outcome for s in result.steps] == [Outcome.PASS, Outcome.PASS]
    assert result.step("first").rows == {"left": 3, "right": 3}
    assert result.step("second").total_rows == 6
    assert result.step("second").total_bytes == (tmp_path / "run/steps/second/output/table/table.csv").stat().st_size
    assert result.step("first").peak_memory_bytes is not None
    assert 1_000_000 < result.step("first").peak_memory_bytes < 100_000_000
    assert result.step("first").cpu_seconds is not None
    written = json.loads((tmp_path / "run/run.json").read_text())
    assert written == result.to_json()
    assert written["schema_version"] == 1
    assert written["status"] == "finished"
    assert written["steps"][1]["outputs"]["table"] == {
        "path": "steps/second/output/table",
        "rows": 6,
        "bytes": result.step("second").total_bytes,
    }
    assert written["steps"][1]["inputs"]["one"] == "steps/first/output/left"
    assert not (tmp_path / "run/steps/first/temp").exists()


def test_a_single_file_as_input(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    result = run(make_plan(make_step("only", inputs=("raw",))), tmp_path, {("only", "raw"): rows / "a.csv"})
    assert result.step("only").rows == {"table": 3}


def test_main_gets_what_the_contract_states(one: Callable[..., StepResult], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CURSUS_WORKSPACE_ROOT", "/somewhere")
    result = one(
        GETS,
        environment={"LABEL": "späť"},
        arguments={"max_depth": "3", "verbose": "", "kind": "a", "other": "7", "offset": "-5"},
        hyperparameters={"deep": [1]},
    )
    assert result.outcome is Outcome.PASS, result.error
    assert result.stdout is not None
    assert result.stdout.read_text(encoding="utf-8") == "grün\n"


def test_modules_of_the_bundle_are_importable(one: Callable[..., StepResult]) -> None:
    result = one(
        "import helper\nfrom cursus_dev.steps.common import ROWS\n" + MAIN + "helper.save(output_paths['table'], ROWS)",
        modules={
            "helper.py": "def save(folder, rows):\n    open(folder + '/t.csv', 'w').write('id\\n' * (rows + 1))\n",
            "cursus_dev/__init__.py": "",
            "cursus_dev/steps/__init__.py": "",
            "cursus_dev/steps/common.py": "ROWS = 4\n",
        },
    )
    assert result.outcome is Outcome.PASS, result.error
    assert result.rows == {"table": 4}


@pytest.mark.parametrize(
    ("body", "code", "text", "line"),
    [
        ("raise ValueError('no rows: ž')", "script-raised", "raised ValueError: no rows: ž.", 3),
        ("import sys; sys.exit(3)", "script-exited", "called sys.exit(3)", 3),
        ("import sys; sys.exit('bad data')", "script-exited", "called sys.exit(bad data)", 3),
        ("exit()", "script-exited", "called sys.exit(", 3),
        (
            "import os; os._exit(0)",
            "script-no-result",
            "ended without a result: its process ended with exit code 0",
            None,
        ),
        ("import os; os._exit(7)", "script-no-result", "ended with exit code 7 before main returned", None),
        ("import os; os.kill(os.getpid(), 9)", "script-killed", "was ended by SIGKILL", None),
        ("import ctypes; ctypes.string_at(0)", "script-killed", "was ended by SIGSEGV", None),
        (
            "import os, time; os.kill(os.getppid(), 9); time.sleep(9)",
            "script-no-result",
            "its process disappeared",
            None,
        ),
        ("pass", "missing-output", "wrote nothing to its declared output 'table'", None),
        ("Path(output_paths['table'], 'x').touch()", "empty-output", "wrote only empty files", None),
        (SAVE + "; Path('left.txt').write_text('x')", "undeclared-write", "created work/left.txt", None),
        (SAVE + "; Path(__file__).write_text('x')", "undeclared-write", "changed work/code/only.py", None),
        (SAVE + "; Path(output_paths['table'], '../extra').mkdir()", "undeclared-write", "created output/extra", None),
        (
            SAVE + "; import atexit, os; atexit.register(os._exit, 4)",
            "script-failed-late",
            "ended with exit code 4",
            None,
        ),
        ("input_paths['flights']", "script-raised", "raised KeyError: 'flights'", 3),
        ("main(input_paths, output_paths, environ_vars, job_args)", "script-raised", "RecursionError", 3),
    ],
)
def test_a_script_that_fails(
    one: Callable[..., StepResult], tmp_path: Path, body: str, code: str, text: str, line: int | None
) -> None:
    result = one(MAIN + body)
    assert result.outcome is Outcome.FAIL
    error = result.error
    assert error is not None
    assert error.code == code
    assert text in error.message
    assert "Step 'only' (team/Only): only.py" in error.message
    assert (error.workspace, error.step, error.line) == ("team", "only", line)
    assert error.file == tmp_path / "code/only/only.py"
    assert error.hint


@pytest.mark.parametrize(
    ("script", "code", "text", "line"),
    [
        ("x = 1", "script-no-main", "defines no function main(input_paths, ", None),
        ("def main(inputs, outputs=None):\n    pass", "script-signature", "it defines main(inputs, outputs); main(", 2),
        ("async def main(**given):\n    pass", "script-signature", "is a coroutine", 2),
        ("import nothing_like_it", "script-not-loadable", "ModuleNotFoundError: No module named 'nothing_like_it'", 2),
        ("x = (\n", "script-not-loadable", "SyntaxError: '(' was never closed", 2),
        ("import sys\nsys.exit(2)", "script-exited", "the module, when it was loaded", 3),
        (
            "import argparse\nargparse.ArgumentParser().add_argument('--n', type=int, required=True)\n" + MAIN + "pass",
            "script-arguments",
            "the following arguments are required: --n",
            None,
        ),
    ],
)
def test_a_script_that_cannot_be_called(
    one: Callable[..., StepResult], script: str, code: str, text: str, line: int | None
) -> None:
    error = one(script).error
    assert error is not None
    assert (error.code, error.line) == (code, line)
    assert text in error.message


def test_the_line_is_that_of_the_helper_that_raised(one: Callable[..., StepResult], tmp_path: Path) -> None:
    error = one("import helper\n" + MAIN + "helper.go()", modules={"helper.py": "\ndef go():\n    int('x')\n"}).error
    assert error is not None
    assert (error.file, error.line) == (tmp_path / "code/only/helper.py", 3)


def test_an_endless_script_is_stopped(one: Callable[..., StepResult]) -> None:
    started = time.monotonic()
    result = one(MAIN + "print('here')\n    while True: pass", options={"timeout_seconds": 1.0})
    assert time.monotonic() - started < 4
    assert result.error is not None
    assert result.error.code == "script-timeout"
    assert "did not end within 1 s" in result.error.message
    assert result.stdout is not None
    assert result.stdout.read_text() == "here\n"
    assert result.cpu_seconds is not None
    assert result.cpu_seconds > 0.05


@pytest.mark.parametrize("after", ["time.sleep(60)", SAVE])
def test_nothing_survives_the_script(one: Callable[..., StepResult], tmp_path: Path, after: str) -> None:
    body = (
        f"import os, time\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
        f"            Path({str(tmp_path / 'daemon')!r}).write_text(str(os.getpid()))\n            time.sleep(60)\n"
        f"        os._exit(0)\n    while not Path({str(tmp_path / 'daemon')!r}).exists(): time.sleep(0.01)\n    {after}"
    )
    one(MAIN + body, options={"timeout_seconds": 1.5})
    daemon = int((tmp_path / "daemon").read_text())
    with pytest.raises(ProcessLookupError):
        os.kill(daemon, 0)


def test_much_output_does_not_block(one: Callable[..., StepResult]) -> None:
    result = one(MAIN + "import sys\n    for _ in range(20000): print('x' * 200, file=sys.stderr)\n    " + SAVE)
    assert result.outcome is Outcome.PASS
    assert result.stderr is not None
    assert result.stderr.stat().st_size > 4_000_000


def test_memory_limit(one: Callable[..., StepResult]) -> None:
    result = one(MAIN + "x = bytearray(2 * 10**9)", options={"memory_limit_bytes": 10**9})
    assert result.error is not None
    assert "raised MemoryError" in result.error.message


def test_writing_to_an_input_is_found(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    script = (
        MAIN
        + "Path(input_paths['raw'], 'more.csv').write_text('x')\n    Path(input_paths['raw'], 'a.csv').unlink()\n    "
        + SAVE
    )
    error = (
        run(make_plan(make_step("only", script, inputs=("raw",))), tmp_path, {("only", "raw"): rows}).step("only").error
    )
    assert error is not None
    assert error.code == "undeclared-write"
    assert "created more.csv of input 'raw', removed a.csv of input 'raw'" in error.message


def test_a_failure_skips_what_needs_it_and_nothing_else(
    make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path
) -> None:
    plan = make_plan(
        make_step("bad", MAIN + "1 / 0"),
        make_step("free", inputs=("raw",)),
        make_step("next", inputs=("data",)),
        make_step("last", depends_on=("next",)),
        bind=("bad.table -> next.data",),
    )
    result = run(plan, tmp_path, {("free", "raw"): rows})
    outcomes = {s.node: s.outcome.value for s in result.steps}
    assert outcomes == {"bad": "FAIL", "free": "PASS", "next": "SKIPPED", "last": "SKIPPED"}
    assert result.step("next").reason == "it needs 'bad', which failed"
    assert result.step("last").reason == "it needs 'next', which was skipped"
    assert not result.ok
    assert result.counts == {"PASS": 1, "FAIL": 1, "NOT_RUN": 0, "SKIPPED": 2}


def test_a_step_without_a_script_is_not_run(
    make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path
) -> None:
    plan = make_plan(make_step("first", inputs=("raw",)), make_step("model", None, type="Model", depends_on=("first",)))
    result = run(plan, tmp_path, {("first", "raw"): rows})
    assert result.step("model").outcome is Outcome.NOT_RUN
    assert result.step("model").reason == "a Model step without a script runs on SageMaker only"
    assert result.ok


def test_nothing_run_is_no_success(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    assert not run(make_plan(make_step("model", None, type="Model")), tmp_path).ok


def test_missing_data_is_said_before_anything_runs(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(make_step("first"), make_step("second", inputs=("flights",)))
    with pytest.raises(RunError, match=r"'second' .team/Second. has no data for .* 'flights'") as caught:
        run(plan, tmp_path)
    assert caught.value.hint == "Give it with --input second.flights=PATH"
    assert not (tmp_path / "run/steps").exists()


def test_an_optional_input_without_data_is_absent(one: Callable[..., StepResult]) -> None:
    assert one(MAIN + "assert input_paths == {}\n    " + SAVE, optional=("extra",)).outcome is Outcome.PASS


def test_an_output_known_by_an_alias(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    first = make_step("first", inputs=("raw",), outputs=("frame",))
    port = replace(first.spec.outputs[0], name="table", aliases=("frame",))
    first = replace(first, spec=replace(first.spec, outputs=(port,)))
    plan = make_plan(first, make_step("second", inputs=("data",)), bind=("first.table -> second.data",))
    assert run(plan, tmp_path, {("first", "raw"): rows}).ok


def test_independent_steps_run_at_the_same_time(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    wait = (
        MAIN + "import time\n    mark = Path({mine!r}); mark.touch()\n    end = time.time() + 8\n"
        "    while not Path({other!r}).exists() and time.time() < end: time.sleep(0.01)\n    "
        "assert time.time() < end\n    " + SAVE
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    plan = make_plan(make_step("one", wait.format(mine=a, other=b)), make_step("two", wait.format(mine=b, other=a)))
    assert run(plan, tmp_path, max_workers=2).ok


def test_a_used_folder_is_refused(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").write_text("x")
    with pytest.raises(RunError, match="is not empty"):
        run(make_plan(make_step("only")), tmp_path)


def test_code_that_vanished_fails_that_step_only(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    plan = make_plan(make_step("gone"), make_step("fine"))
    (tmp_path / "code/gone/gone.py").unlink()
    result = run(plan, tmp_path)
    assert result.step("gone").error is not None
    assert result.step("gone").error.code == "step-not-started"  # type: ignore[union-attr]
    assert result.step("fine").outcome is Outcome.PASS


def test_an_interrupt_ends_the_processes_and_says_so(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = MAIN + f"import os, time\n    Path({str(pid_file)!r}).write_text(str(os.getpid()))\n    time.sleep(60)"
    plan = make_plan(make_step("slow", script), make_step("after", depends_on=("slow",)))

    class Interrupting(Silent):
        def step_started(self, step: PlannedStep) -> None:
            while not (pid_file.exists() and pid_file.read_text()):
                time.sleep(0.01)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(plan, tmp_path, progress=Interrupting())
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)
    written = json.loads((tmp_path / "run/run.json").read_text())
    assert written["status"] == "interrupted"
    assert not written["ok"]
    assert [(s["node"], s["outcome"]) for s in written["steps"]] == [("slow", "NOT_RUN"), ("after", "NOT_RUN")]


def test_progress_is_told_in_order(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    told: list[str] = []

    class Noting(Silent):
        def run_started(self, plan: PipelinePlan, run_dir: Path) -> None:
            told.append(f"run {plan.name}")

        def step_started(self, step: PlannedStep) -> None:
            told.append(f"start {step.name}")

        def step_finished(self, result: StepResult) -> None:
            told.append(f"{result.outcome.value} {result.node}")

    plan = make_plan(make_step("bad", MAIN + "1 / 0"), make_step("next", inputs=("d",)), bind=("bad.table -> next.d",))
    run(plan, tmp_path, progress=Noting())
    assert told == ["run example", "start bad", "FAIL bad", "SKIPPED next"]


def test_runs_in_a_thread_that_ends(make_step: MakeStep, make_plan: MakePlan, tmp_path: Path, rows: Path) -> None:
    results: list[RunResult] = []
    plan = make_plan(make_step("only", inputs=("raw",)))
    thread = threading.Thread(target=lambda: results.append(run(plan, tmp_path, {("only", "raw"): rows})))
    thread.start()
    thread.join()
    assert results[0].ok
