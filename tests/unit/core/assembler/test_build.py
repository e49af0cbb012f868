from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cursus.core.assembler import make_plan
from cursus.core.assembler import workshop as workshop_module
from cursus.core.assembler.errors import BuilderFailed, SeveralProblems, StepNotBuildable
from cursus.core.assembler.workshop import run_crews
from cursus.errors import ConfigurationError
from cursus.model.expression import Get
from cursus.model.pipeline import Node, Parameter, Pipeline
from cursus.model.workspace import ComponentKind

ENVIRONMENT = """
    def _get_environment_variables(self):
{}
"""


def in_environment(code: str) -> str:
    """A builder whose environment is made by ``code``."""
    return ENVIRONMENT.format(textwrap.indent(textwrap.dedent(code).strip(), " " * 8))


def node(name: str, use: str, **config: Any) -> Node:
    return Node(name, *use.split("/"), config=config)


def test_a_step_without_classes_is_built_from_its_interface(tree: Any) -> None:
    tree.manifest("ann", "First", more="environment: {optional: {LEVEL: '3'}}\n")
    tree.manifest("ann", "Second", "data")
    plan = make_plan(tree.pipeline("a -> b", a="ann/First", b="ann/Second"), tree.catalog())
    assert [s.name for s in plan.steps] == ["a", "b"]
    assert plan.step("a").environment == {"LEVEL": "3"}
    assert plan.step("b").depends_on == ("a",)
    assert plan.step("b").request["ProcessingInputs"][0]["S3Input"]["S3Uri"] == {
        "Get": "Steps.a.ProcessingOutputConfig.Outputs['out'].S3Output.S3Uri"
    }
    assert plan.step("a").builder is None
    assert not plan.findings


def test_a_hand_written_builder_and_config_run_in_a_process_of_their_own(tree: Any) -> None:
    tree.python("ann", "First")
    tree.builder(
        "ann",
        "First",
        in_environment("return {'PID': str(os.getpid()), 'LEVEL': self.config.level}"),
        top="import os",
    )
    tree.config("ann", "First", "    level: str = 'deep'")
    plan = make_plan(tree.pipeline(a="ann/First"), tree.catalog())
    environment = plan.step("a").environment
    assert environment["LEVEL"] == "deep"
    assert environment["PID"].isdecimal()
    assert plan.step("a").builder == "builder_first_step.py:FirstStepBuilder"
    assert not [name for name in sys.modules if "builder_first_step" in name]


def test_the_same_names_in_two_workspaces_are_two_things(tree: Any) -> None:
    for workspace in ("ann", "bob"):
        tree.python(workspace, "Report")
        tree.write(workspace, "constants.py", f"NAME = {workspace!r}\n")
        tree.builder(
            workspace,
            "Report",
            in_environment("return {'WHO': NAME, 'FIELD': self.config.field}"),
            top="from cursus_dev.steps.constants import NAME",
        )
        tree.config(workspace, "Report", f"    field: str = {workspace!r}")
    pipeline = tree.pipeline(a="ann/Report", b="bob/Report", again="ann/Report")
    plan = make_plan(pipeline, tree.catalog())
    told = {s.name: dict(s.environment) for s in plan.steps}
    assert told == {
        "a": {"WHO": "ann", "FIELD": "ann"},
        "again": {"WHO": "ann", "FIELD": "ann"},
        "b": {"WHO": "bob", "FIELD": "bob"},
    }


class TestWhatFails:
    """Everything a builder can do wrong is an error of its own step, and stops no other."""

    @pytest.mark.parametrize(
        ("code", "message", "has_line"),
        [
            ("raise ValueError('no such table')", "ValueError: no such table", True),
            ("import sys; sys.exit(3)", "SystemExit: 3", True),
            ("import os; os._exit(0)", "ended its process with exit code 0 and gave no answer", False),
            ("import os; os.kill(os.getpid(), 9)", "ended its process with exit code -9", False),
            ("raise KeyboardInterrupt", "ended its process with exit code", False),
            ("return {'A': object()}", "the step it makes cannot be written as JSON: Object of type object", False),
            ("return 1 / 0", "ZeroDivisionError: division by zero", True),
            ("def f(): return f()\nreturn f()", "RecursionError", True),
        ],
    )
    def test_a_builder_that_fails(self, tree: Any, code: str, message: str, has_line: bool) -> None:
        tree.python("ann", "Bad")
        path = tree.builder("ann", "Bad", in_environment(code))
        pipeline = tree.pipeline(bad="ann/Bad")
        with pytest.raises(BuilderFailed, match=message) as caught:
            make_plan(pipeline, tree.catalog())
        error = caught.value
        assert (error.workspace, error.step, error.file) == ("ann", "bad", path)
        assert (error.line is not None) == has_line
        assert error.hint == "cursus validate --workspace ann"

    def test_the_others_are_built_and_told_of(self, tree: Any) -> None:
        for name, code in (
            ("Raises", "raise ValueError('one')"),
            ("Ends", "import os; os._exit(1)"),
            ("Works", "return {}"),
            ("Leaves", "import sys; sys.exit('two')"),
        ):
            tree.python("ann", name)
            tree.builder("ann", name, in_environment(code))
        tree.python("bob", "Broken")
        tree.builder("bob", "Broken", top="import nothing_of_that_name")
        pipeline = tree.pipeline(
            a="ann/Raises", b="ann/Ends", c="ann/Works", d="ann/Leaves", e="bob/Broken", f="core/Nothing"
        )
        with pytest.raises(Exception, match="Nothing"):
            make_plan(pipeline, tree.catalog())
        pipeline = tree.pipeline(a="ann/Raises", b="ann/Ends", c="ann/Works", d="ann/Leaves", e="bob/Broken")
        with pytest.raises(SeveralProblems) as caught:
            make_plan(pipeline, tree.catalog())
        told = {f.step: f.message for f in caught.value.findings}
        assert set(told) == {"a", "b", "d", "e"}
        assert "exit code 1" in told["b"]
        assert "SystemExit: two" in told["d"]
        assert "No module named 'nothing_of_that_name'" in told["e"]
        assert "[builder-failed] 'a' could not be built" in str(caught.value)

    def test_a_builder_that_never_ends(self, tree: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        tree.python("ann", "Endless")
        # The child of the child must go too.
        tree.builder(
            "ann",
            "Endless",
            in_environment(
                """
                import pathlib, subprocess, sys
                sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
                pathlib.Path(self.config.note).write_text(str(sleeper.pid))
                while True:
                    pass
                """
            ),
        )
        note = tree.root / "pid"
        monkeypatch.setattr(workshop_module, "run_crews", _with_limit(3.0))
        with pytest.raises(BuilderFailed, match=r"'a' in workspace 'ann' did not finish in 3 s"):
            make_plan(tree.pipeline(a=node("a", "ann/Endless", note=str(note))), tree.catalog())
        assert _ended(int(note.read_text()))

    def test_what_a_builder_prints_is_not_taken_for_data(self, tree: Any, capfd: pytest.CaptureFixture[str]) -> None:
        tree.python("ann", "Loud")
        tree.builder(
            "ann",
            "Loud",
            in_environment("print('{\"ok\": 1}'); os.write(1, b'0 {}\\n'); os.system('echo loud'); return {}"),
            top="import os\nprint('imported')",
        )
        plan = make_plan(tree.pipeline(a="ann/Loud"), tree.catalog())
        assert plan.step("a").name == "a"
        assert capfd.readouterr() == ("", "")

    def test_what_was_printed_last_is_told(self, tree: Any) -> None:
        tree.python("ann", "Ends")
        tree.builder("ann", "Ends", in_environment("print('giving up', flush=True); os._exit(2)"), top="import os")
        with pytest.raises(BuilderFailed, match="exit code 2 and gave no answer; it printed last: giving up"):
            make_plan(tree.pipeline(a="ann/Ends"), tree.catalog())

    def test_threads_and_exit_handlers_are_not_waited_for(self, tree: Any) -> None:
        tree.python("ann", "Lingers")
        tree.builder(
            "ann",
            "Lingers",
            in_environment("threading.Thread(target=time.sleep, args=(600,)).start(); return {}"),
            top="import atexit, threading, time\natexit.register(time.sleep, 600)",
        )
        assert make_plan(tree.pipeline(a="ann/Lingers"), tree.catalog()).step("a").environment == {}

    def test_a_builder_that_forks(self, tree: Any) -> None:
        tree.python("ann", "Forks")
        tree.python("ann", "After")
        tree.builder("ann", "Forks", in_environment("return {'CHILD': str(os.fork() == 0)}"), top="import os")
        tree.builder("ann", "After", in_environment("return {'A': 'after'}"))
        plan = make_plan(tree.pipeline(a="ann/Forks", b="ann/After"), tree.catalog())
        assert plan.step("b").environment == {"A": "after"}

    def test_a_flood_of_output_is_stopped(self, tree: Any) -> None:
        tree.python("ann", "Floods")
        tree.builder(
            "ann",
            "Floods",
            in_environment("import os\nwhile True: os.write(1, bytes(1 << 24))"),
        )
        with pytest.raises(BuilderFailed, match="File too large"):
            make_plan(tree.pipeline(a="ann/Floods"), tree.catalog())

    def test_a_config_that_does_not_accept_its_values(self, tree: Any) -> None:
        tree.python("ann", "First")
        tree.config("ann", "First", "    threshold: float")
        pipeline = tree.pipeline(a=node("a", "ann/First", threshold="high"))
        with pytest.raises(ConfigurationError, match=r"Step 'a': FirstConfig does not accept.*'threshold'") as caught:
            make_plan(pipeline, tree.catalog())
        assert caught.value.workspace == "ann"

    def test_no_credentials_reach_the_child(self, tree: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        tree.python("ann", "First")
        tree.builder(
            "ann",
            "First",
            in_environment("return {'KEYS': ','.join(k for k in os.environ if 'AWS' in k)}"),
            "import os",
        )
        assert make_plan(tree.pipeline(a="ann/First"), tree.catalog()).step("a").environment == {"KEYS": ""}


def _with_limit(seconds: float) -> Callable[..., Any]:
    def run(crews: Any, root: Path) -> Any:
        return run_crews(crews, root, time_limit=seconds)

    return run


def _ended(pid: int) -> bool:
    """Whether a process is gone, waiting for a moment."""
    gone = threading.Event()
    for _ in range(50):
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        gone.wait(0.1)
    return False


class TestOverrides:
    """A developer's class under a step of the core is still a developer's class."""

    ROW = (
        "STEP_OVERRIDES = {{'Package': {{'config_class': '{config}', 'builder_step_name': 'PackageStepBuilder', "
        "'sagemaker_step_type': 'Processing'}}}}\n"
    )

    def pipeline(self, tree: Any, workspace: str = "ann") -> Pipeline:
        inputs = {"model": "s3://example-bucket/model"}
        package = Node("pack", workspace, "Package", inputs=inputs, config={"framework_version": "1.2-1"})
        return tree.pipeline(pack=package)

    def test_a_config_alone(self, tree: Any) -> None:
        tree.config("ann", "Package", "    stamp: str = str(os.getpid())\n    note: str = 'ann'", top="import os")
        tree.overlay("ann", self.ROW.format(config="PackageConfig"))
        tree.steps("bob")
        plan = make_plan(self.pipeline(tree), tree.catalog())
        step = plan.step("pack")
        assert step.workspace == "core"
        files = {f.kind: (f.workspace, f.name) for f in step.files}
        assert files[ComponentKind.CONFIG] == ("ann", "src/cursus_dev/steps/configs/config_package_step.py")
        assert files[ComponentKind.SCRIPT] == ("core", "scripts/package.py")
        assert not [name for name in sys.modules if "config_package_step" in name]
        assert make_plan(self.pipeline(tree, "bob"), tree.catalog()).step("pack").files != step.files

    def test_a_builder_alone(self, tree: Any) -> None:
        tree.builder("ann", "Package", in_environment("return {'PID': str(os.getpid())}"), top="import os")
        tree.overlay("ann", self.ROW.format(config="PackageConfig"))
        step = make_plan(self.pipeline(tree), tree.catalog()).step("pack")
        assert step.environment["PID"].isdecimal()
        assert step.builder == "builder_package_step.py:PackageStepBuilder"
        assert not [name for name in sys.modules if "builder_package_step" in name]

    def test_code_that_would_end_this_process_does_not(self, tree: Any) -> None:
        tree.config("ann", "Package", top="import os\nos._exit(7)")
        tree.overlay("ann", self.ROW.format(config="PackageConfig"))
        with pytest.raises(BuilderFailed, match="exit code 7") as caught:
            make_plan(self.pipeline(tree), tree.catalog())
        assert caught.value.workspace == "ann"

    def test_a_class_of_shared_with_one_of_the_developer(self, tree: Any) -> None:
        tree.python("shared", "Common")
        tree.builder("shared", "Common", in_environment("return {'B': 'shared', 'C': self.config.who}"))
        tree.config("shared", "Common", "    who: str = 'shared'")
        tree.config("ann", "Common", "    who: str = 'ann'")
        tree.overlay("ann", "STEP_OVERRIDES = {'Common': {'sagemaker_step_type': 'Processing'}}\n")
        tree.steps("bob")
        plan = make_plan(tree.pipeline(a="ann/Common", b="bob/Common"), tree.catalog())
        assert plan.step("a").environment == {"B": "shared", "C": "ann"}
        assert plan.step("b").environment == {"B": "shared", "C": "shared"}

    def test_a_class_that_is_not_there(self, tree: Any) -> None:
        path = tree.config("ann", "Package")
        tree.overlay("ann", self.ROW.format(config="PakageConfig"))
        plan = make_plan(self.pipeline(tree), tree.catalog())
        assert ComponentKind.CONFIG in {f.kind for f in plan.step("pack").files}
        path.write_text("class Other: ...\n")
        with pytest.raises(StepNotBuildable, match=r"defines no class 'PakageConfig'.*It defines: Other") as caught:
            make_plan(self.pipeline(tree), tree.catalog())
        assert (caught.value.workspace, caught.value.file) == ("ann", path)


def test_values_that_json_does_not_know_reach_a_config_as_they_are(tree: Any) -> None:
    tree.python("ann", "First")
    tree.config(
        "ann",
        "First",
        "    since: date\n    place: Path\n    anything: Any = None",
        top="from datetime import date\nfrom pathlib import Path\nfrom typing import Any",
    )
    tree.builder(
        "ann",
        "First",
        in_environment("c = self.config; return {'T': f'{c.since!r} {c.place!r} {c.anything!r} {c.free!r}'}"),
    )
    config = {"since": date(2024, 2, 29), "place": Path("x/y"), "anything": (1, {2}), "free": date(2024, 1, 1)}
    plan = make_plan(tree.pipeline(a=node("a", "ann/First", **config)), tree.catalog())
    assert plan.step("a").environment["T"] == (
        "datetime.date(2024, 2, 29) PosixPath('x/y') (1, {2}) datetime.date(2024, 1, 1)"
    )
    with pytest.raises(ConfigurationError, match=r"Config value 'free': .* has no form in JSON"):
        make_plan(tree.pipeline(a=node("a", "ann/First", free=object())), tree.catalog())


def test_pipeline_parameters_have_their_defaults_in_a_local_run(tree: Any) -> None:
    tree.python("ann", "First")
    tree.builder("ann", "First", in_environment("return {'WORD': self.config.word}"))
    pipeline = tree.pipeline(a=node("a", "ann/First", word=Get("Parameters.Word")))
    pipeline = Pipeline(
        pipeline.name, pipeline.nodes, (), shared=pipeline.shared, parameters=(Parameter("Word", "String", "hello"),)
    )
    step = make_plan(pipeline, tree.catalog()).step("a")
    assert step.environment == {"WORD": "hello"}
    assert step.request["Environment"] == {"WORD": {"Get": "Parameters.Word"}}


def test_a_config_knows_its_own_workspace(tree: Any) -> None:
    tree.python("ann", "First")
    tree.overlay(
        "ann", "WORKSPACE_STEPS = {'First': {'config_class': 'Settings', 'sagemaker_step_type': 'Processing'}}\n"
    )
    tree.write(
        "ann",
        "configs/config_first_step.py",
        """
        from cursus.core.base import ProcessingStepConfigBase
        class Settings(ProcessingStepConfigBase):
            pass
        """,
    )
    tree.builder(
        "ann", "First", in_environment("return {'N': self.config.get_step_name(), 'B': self.STEP_NAMES['First']}")
    )
    environment = make_plan(tree.pipeline(a="ann/First"), tree.catalog()).step("a").environment
    assert environment == {"N": "First", "B": "FirstStepBuilder"}


def test_the_current_workspace_changes_nothing(tree: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    tree.manifest("ann", "First")
    before = make_plan(tree.pipeline(a="ann/First"), tree.catalog())
    monkeypatch.setenv("CURSUS_WORKSPACE_ID", "nobody")
    assert make_plan(tree.pipeline(a="ann/First"), tree.catalog()) == before


def test_a_setting_that_nothing_reads_is_told_of(tree: Any) -> None:
    tree.manifest("ann", "First")
    plan = make_plan(tree.pipeline(a=node("a", "ann/First", instanze_type="ml.m5.large")), tree.catalog())
    (finding,) = plan.findings
    assert (finding.code, finding.step) == ("unused-setting", "a")
    assert "Did you mean 'instance_type'" in finding.message


def test_the_child_is_a_module_that_can_be_run() -> None:
    theirs, ours = os.pipe()
    with os.fdopen(theirs), os.fdopen(ours):
        done = subprocess.run(
            [sys.executable, "-m", "cursus.core.assembler.child", "/nowhere", "/nowhere", str(theirs)],
            pass_fds=(theirs,),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "FileNotFoundError" in done.stderr
