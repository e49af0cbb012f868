"""What runs inside the process of a script: ``python harness.py request.json``.

Two processes share this file. The first is the keeper: it adopts every process the script leaves behind, ends them all
when the script is over, and writes what they used. The second, its child, loads the script, calls its ``main`` and
writes a result record. A script that ends without a record did not succeed, whatever its exit code says.

Runs as a plain file in an isolated interpreter, so it uses the standard library only.
"""

from __future__ import annotations

import argparse
import ast
import contextlib
import ctypes
import importlib.util
import inspect
import json
import os
import resource
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

PARAMETERS = ("input_paths", "output_paths", "environ_vars", "job_args")
MESSAGE_LIMIT = 4000
SWEEP_SECONDS = 3.0
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_TYPES = {"int": int, "float": float, "str": str, "bool": bool}
_LITERAL_KEYWORDS = ("dest", "default", "choices", "nargs", "action", "required", "const")


def keep(request: dict[str, Any]) -> int:
    """Run the script in a child, end everything it started, write what it used; return the child's exit code."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    if os.getppid() != request["parent"]:  # it ended before the line above
        return 1
    child = os.fork()
    if child == 0:
        _become_script(request)
        return run(request)

    def stop(_number: int, _frame: FrameType | None) -> None:
        _sweep(child)
        _write_usage(request, None)
        os._exit(1)

    signal.signal(signal.SIGTERM, stop)
    status = _wait_for(child)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _sweep(child)
    _write_usage(request, status)
    return 0


def _become_script(request: dict[str, Any]) -> None:
    keeper = os.getppid()
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != keeper:
        os._exit(1)
    if (limit := request["memory_limit_bytes"]) is not None:
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait_for(child: int) -> int:
    """The wait status of the script; orphans that the keeper adopted are reaped on the way."""
    while True:
        pid, status = os.waitpid(-1, 0)
        if pid == child:
            return status


def _sweep(child: int) -> None:
    """End every process that descends from this one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    deadline = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < deadline:
        for pid in _descendants():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return
        time.sleep(0.002)


def _descendants() -> list[int]:
    """Process ids below this one; empty where there is no ``/proc``."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc") if os.path.isdir("/proc") else []:  # noqa: PTH112, PTH208 - a hot loop
        if entry.isdigit():
            with contextlib.suppress(OSError):
                stat = Path("/proc", entry, "stat").read_bytes()
                parent = int(stat[stat.rindex(b")") + 2 :].split()[1])
                children.setdefault(parent, []).append(int(entry))
    found: list[int] = []
    pending = [os.getpid()]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def _write_usage(request: dict[str, Any], status: int | None) -> None:
    """How the script ended and what it and everything below it used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    unit = 1 if sys.platform == "darwin" else 1024
    usage = {
        "exit_code": os.WEXITSTATUS(status) if status is not None and os.WIFEXITED(status) else None,
        "signal": os.WTERMSIG(status) if status is not None and os.WIFSIGNALED(status) else None,
        "cpu_seconds": used.ru_utime + used.ru_stime,
        "peak_memory_bytes": used.ru_maxrss * unit,
    }
    _write_json(request["usage"], usage)


def run(request: dict[str, Any]) -> int:
    """Call the script's ``main`` and write the result record; 0 when it returned."""
    # A script that is killed must not take its last words with it.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    record: dict[str, Any] = {"status": "load"}
    try:
        script = request["script"]
        sys.argv = [script]
        sys.path.insert(0, os.path.dirname(script))  # noqa: PTH120 - the form Python itself puts there
        job_args = make_arguments(script, request["arguments"], request["hyperparameters"])
        main = _find_main(_load(script))
        record = {"status": "main"}
        main(
            input_paths=dict(request["inputs"]),
            output_paths=dict(request["outputs"]),
            environ_vars=dict(request["environment"]),
            job_args=job_args,
        )
        record = {"status": "ok"}
    except Unusable as error:
        record = {"status": error.status, "message": str(error), "file": error.file, "line": error.line}
    except SystemExit as error:
        record = {"status": "exit", "phase": record["status"], **_described(error, request["code_dir"])}
        record["exit_code"] = error.code if isinstance(error.code, int) else 0 if error.code is None else 1
    except BaseException as error:  # noqa: BLE001 - the script runner: whatever ended the script is its result
        record = {"status": "raised", "phase": record["status"], **_described(error, request["code_dir"])}
        traceback.print_exception(error)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    _write_json(request["result"], record)
    return 0 if record["status"] == "ok" else 1


class Unusable(Exception):
    """The script cannot be called at all: no ``main``, another signature, arguments its parser refuses."""

    def __init__(self, status: str, message: str, file: str, line: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.file = file
        self.line = line


def _load(script: str) -> ModuleType:
    # The file's own name, so that what it pickles can be found again; not one that is taken.
    stem = Path(script).stem
    name = stem if stem not in sys.modules and stem not in sys.stdlib_module_names else f"script_{stem}"
    spec = importlib.util.spec_from_file_location(name, script)
    if spec is None or spec.loader is None:
        raise Unusable("load", "it is not a Python file", script)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _find_main(module: ModuleType) -> Any:
    """The script's ``main``, when it can be called with the four parameters by name."""
    main = getattr(module, "main", None)
    file = str(module.__file__)
    wanted = f"main({', '.join(PARAMETERS)})"
    if not callable(main):
        raise Unusable("no-main", f"it defines no function {wanted}", file)
    line = getattr(getattr(main, "__code__", None), "co_firstlineno", None)
    signature = inspect.signature(main)
    try:
        signature.bind(**dict.fromkeys(PARAMETERS))
    except TypeError:
        names = f"main({', '.join(str(p).split(':')[0].split('=')[0].strip() for p in signature.parameters.values())})"
        raise Unusable("signature", f"it defines {names}; {wanted} is needed", file, line) from None
    if inspect.iscoroutinefunction(main):
        raise Unusable("signature", f"its main is a coroutine; a plain {wanted} is needed", file, line)
    return main


class _Parser(argparse.ArgumentParser):
    """Says what is wrong instead of ending the process."""

    def error(self, message: str) -> Any:
        raise ValueError(message)


def make_arguments(script: str, arguments: dict[str, str], hyperparameters: dict[str, Any]) -> argparse.Namespace:
    """The job arguments as the script's own parser would make them.

    The parser is put together from the ``add_argument`` calls that can be read in the script, so that types, defaults
    and choices are its own. A value without such a call is passed on as it is.
    """
    parser = _Parser(add_help=False, conflict_handler="resolve", allow_abbrev=False)
    for call in _argument_calls(script):
        with contextlib.suppress(ValueError, TypeError):  # a call its own parser would refuse, too
            parser.add_argument(*call[0], **call[1])
    declared = {flag.lstrip("-").replace("-", "_"): (flag, a) for a in parser._actions for flag in a.option_strings}
    tokens: list[str] = []
    rest: dict[str, Any] = {}
    for name, value in {**hyperparameters, **arguments}.items():
        key = name.replace("-", "_")
        if key not in declared:
            rest[key] = value
            continue
        flag, action = declared[key]
        text = value if isinstance(value, str) else _text(value)
        if action.nargs is not None and not (text == "" and action.nargs == 0):
            tokens += [flag, text]
        elif action.nargs == 0:
            tokens.append(flag)
        else:
            tokens.append(f"{flag}={text}")  # in one piece, so that a value may start with a hyphen
    try:
        namespace = parser.parse_args(tokens)
    except ValueError as error:
        raise Unusable("arguments", str(error), script) from None
    for key, value in rest.items():
        setattr(namespace, key, value)
    return namespace


def _text(value: object) -> str:
    """A hyperparameter as SageMaker puts it on a command line."""
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _argument_calls(script: str) -> list[tuple[list[str], dict[str, Any]]]:
    """Flags and keywords of the optional arguments that the script declares with literal values."""
    try:
        tree = ast.parse(Path(script).read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # loading the script says what is wrong with it
    calls: list[tuple[list[str], dict[str, Any]]] = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if node.func.attr != "add_argument" or any(k.arg is None for k in node.keywords):
            continue
        flags = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if not flags or len(flags) != len(node.args) or not all(f.startswith("-") for f in flags):
            continue
        keywords = _keywords(node)
        if keywords.get("action") not in ("help", "version"):
            calls.append((flags, keywords))
    return calls


def _keywords(call: ast.Call) -> dict[str, Any]:
    keywords: dict[str, Any] = {}
    for keyword in call.keywords:
        if keyword.arg == "type" and isinstance(keyword.value, ast.Name) and keyword.value.id in _TYPES:
            keywords["type"] = _TYPES[keyword.value.id]
        elif keyword.arg in _LITERAL_KEYWORDS:
            with contextlib.suppress(ValueError, TypeError):
                keywords[keyword.arg] = ast.literal_eval(keyword.value)
    return keywords


def _described(error: BaseException, code_dir: str) -> dict[str, Any]:
    """Type, message and the last place of an exception inside the script's own code."""
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001 - the script's exception class may be broken in any way
        message = ""
    described: dict[str, Any] = {
        "type": type(error).__name__,
        "message": message[:MESSAGE_LIMIT],
        "file": None,
        "line": None,
        "column": None,
    }
    for frame, line in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename.startswith(code_dir + os.sep):
            described["file"], described["line"] = frame.f_code.co_filename, line
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(code_dir + os.sep):
        described.update(file=error.filename, line=error.lineno, column=error.offset, message=error.msg)
    return described


def _write_json(path: str, value: object) -> None:
    aside = Path(path + ".new")
    aside.write_text(json.dumps(value), encoding="ascii")
    aside.replace(path)


def _prctl(option: int, value: int) -> None:
    """A Linux process setting; elsewhere the launcher's own clean-up has to do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


if __name__ == "__main__":
    sys.exit(keep(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
