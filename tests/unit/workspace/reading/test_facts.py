from __future__ import annotations

import ast
import json
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cursus.model.facts import MainParameter, ModuleFacts
from cursus.workspace.reading.facts import collect, rows
from cursus.workspace.reading.rows import decode_facts


def facts(source: str) -> ModuleFacts:
    return collect(ast.parse(textwrap.dedent(source)))


def keys(source: str) -> set[tuple[str, str, bool]]:
    return {(k.parameter.value, k.key, k.required) for k in facts(source).keys}


MAIN = "def main(input_paths, output_paths, environ_vars, job_args):\n"


def body(lines: str) -> str:
    return MAIN + textwrap.indent(textwrap.dedent(lines), "    ")


def test_imports_with_their_place_and_depth() -> None:
    found = facts("""
        import os, a.b as c
        from . import x
        from ..contracts.y import Y, Z
        if True:
            from p import *
        class K:
            import q
            def f(self):
                import deep.er
        """).imports

    assert [(i.module, i.names, i.level, i.line, i.in_function) for i in found] == [
        ("os", (), 0, 2, False),
        ("a.b", (), 0, 2, False),
        ("", ("x",), 1, 3, False),
        ("contracts.y", ("Y", "Z"), 2, 4, False),
        ("p", ("*",), 0, 6, False),
        ("q", (), 0, 8, False),
        ("deep.er", (), 0, 10, True),
    ]


def test_symbols() -> None:
    found = facts("""
        A: int = 1
        B = C = 2
        try:
            def f(): pass
        except ImportError:
            G = None
        class K(base.X, Y[int]): inner = 1
        """)

    assert [(s.name, s.kind, s.bases) for s in found.symbols] == [
        ("A", "constant", ()),
        ("B", "constant", ()),
        ("C", "constant", ()),
        ("f", "function", ()),
        ("G", "constant", ()),
        ("K", "class", ("base.X", "Y[int]")),
    ]
    assert found.symbol("inner") is None
    assert found.main is None


def test_what_an_argument_does() -> None:
    found = facts("""
        p.add_argument("--quiet", action="store_true")
        p.add_argument("--more", action=argparse.BooleanOptionalAction)
        p.add_argument("--plain")
        """).arguments
    assert [a.action for a in found] == ["store_true", "argparse.BooleanOptionalAction", None]


def test_argparse_in_any_function() -> None:
    found = facts("""
        KINDS = ("a", "b")
        def parse():
            p = argparse.ArgumentParser()
            p.add_argument("-j", "--job-type", type=str, default="training", choices=KINDS)
            group = p.add_argument_group("x")
            group.add_argument("--label", dest="target", required=True)
            p.add_argument("source")
            p.add_argument("rest", nargs="*")
            p.add_argument(unknown)
        """).arguments

    assert [(a.name, a.flags, a.type, a.required, a.default, a.choices) for a in found] == [
        ("job_type", ("-j", "--job-type"), "str", False, "'training'", ("a", "b")),
        ("target", ("--label",), None, True, None, None),
        ("source", ("source",), None, True, None, None),
        ("rest", ("rest",), None, False, None, None),
    ]


def test_environment_through_every_alias() -> None:
    found = facts("""
        import os
        import os as o
        from os import environ as env, getenv
        NAME = "FROM_NAME"
        table = os.environ
        os.environ["A"]; o.environ.get("B"); env["C"]; getenv("D"); os.getenv("E", "1")
        "F" in os.environ
        table["G"]; os.environ[NAME]
        os.environ["WRITTEN"] = "1"
        other.environ["NOT"]; os.environ[unknown]; os.environ.pop("H")
        def f():
            import os as inner
            return inner.environ["I"]
        """).environment

    assert {(e.name, e.required) for e in found} == {
        ("A", True), ("B", False), ("C", True), ("D", False), ("E", False), ("F", False),
        ("G", True), ("FROM_NAME", True), ("H", True), ("I", True),
    }  # fmt: skip


def test_container_paths_but_not_longer_texts() -> None:
    found = facts("""
        A = "/opt/ml/model"
        B = "see /opt/ml/model"
        def f(x="/opt/ml/input/data"): pass
        """).paths

    assert [(p.value, p.line) for p in found] == [("/opt/ml/model", 2), ("/opt/ml/input/data", 4)]


def test_keys_read_directly() -> None:
    assert keys(
        body("""
        input_paths["a"]; input_paths.get("b"); output_paths["o"]
        output_paths["written"] = 1
        environ_vars.get("E", "1")
        job_args.job_type
        getattr(job_args, "x"); getattr(job_args, "y", None)
        vars(job_args)["z"]
        job_args.assigned = 1
        """)
    ) == {
        ("input_paths", "a", True),
        ("input_paths", "b", False),
        ("output_paths", "o", True),
        ("environ_vars", "E", False),
        ("job_args", "job_type", True),
        ("job_args", "x", True),
        ("job_args", "y", False),
        ("job_args", "z", True),
    }


def test_keys_read_through_other_names_copies_loops_and_constants() -> None:
    source = "KEY = 'const'\nKEYS = ['l', 'm']\n" + body("""
        x = input_paths
        a, b = output_paths, 1
        copy = dict(environ_vars)
        again: dict = input_paths.copy() or {}
        args = vars(job_args)
        local = "here"
        x["1"]; a["2"]; copy["3"]; again["4"]; args["5"]; x[KEY]; x[local]
        for k in ("p", "q"):
            x[k]
        [x[k] for k in KEYS]
        with open((w := input_paths)["6"]): pass
        def nested():
            return x["7"]
        x = other
        x["not"]
        """)

    assert {k for _, k, _ in keys(source)} == {
        "1", "2", "3", "4", "5", "6", "7", "const", "here", "p", "q", "l", "m",
    }  # fmt: skip
    assert facts(source).dynamic_keys == ()


def test_keys_read_in_functions_of_the_module() -> None:
    source = """
        def load(paths, *, extra=None):
            deeper(paths)
            return paths["a"], extra["b"]
        def deeper(p):
            load(p)
            return p["c"]
        """
    source = textwrap.dedent(source) + body("load(input_paths, extra=output_paths)")

    assert keys(source) == {
        ("input_paths", "a", True),
        ("output_paths", "b", True),
        ("input_paths", "c", True),
    }
    assert facts(source).dynamic_keys == ()


def test_a_test_for_a_key_makes_it_optional() -> None:
    assert keys(
        body("""
        if "a" in input_paths:
            input_paths["a"]
        if hasattr(job_args, "b"):
            job_args.b
        """)
    ) == {("input_paths", "a", False), ("job_args", "b", False)}


def test_what_cannot_be_followed_is_named() -> None:
    for line in (
        "input_paths[unknown]",
        "elsewhere(input_paths)",
        "for k, v in input_paths.items(): pass",
        "for k in input_paths: pass",
        "return input_paths",
        "f(**input_paths)",
        "self.x = input_paths",
        "y = [input_paths]",
    ):
        assert facts(body(line)).dynamic_keys == (MainParameter.INPUTS,), line


def test_what_only_shows_or_tests_a_parameter_is_followed() -> None:
    for line in (
        "len(input_paths)",
        "print(input_paths)",
        "print(f'{input_paths}')",
        "if not input_paths: pass",
        "if input_paths: pass",
        "logger.info('%s', input_paths)",
        "assert input_paths",
    ):
        assert facts(body(line)).dynamic_keys == (), line


def test_other_parameter_names_count_by_position() -> None:
    assert keys('def main(ins, outs, env, args):\n    ins["a"]; outs["b"]; env["C"]; args.d') == {
        ("input_paths", "a", True),
        ("output_paths", "b", True),
        ("environ_vars", "C", True),
        ("job_args", "d", True),
    }


def test_what_never_runs_is_not_counted() -> None:
    for line in (
        "return\ninput_paths['a']",
        "raise NotImplementedError\ninput_paths['a']",
        "if False:\n    input_paths['a']",
        "if True:\n    pass\nelse:\n    input_paths['a']",
        "if x:\n    return\n    input_paths['a']",
    ):
        assert keys(body(line)) == set(), line
    for line in ("if x:\n    return\ninput_paths['a']", "if input_paths['a']:\n    pass", "return input_paths['a']"):
        assert {key for _, key, _ in keys(body(line))} == {"a"}, line


@pytest.mark.parametrize(
    ("lines", "where"),
    [
        ("try:\n    open(output_paths['a'])\nexcept:\n    pass", [4]),
        ("try:\n    open(output_paths['a'])\nfinally:\n    return None", [5]),
        ("try:\n    open(output_paths['a'])\nfinally:\n    sys.exit(0)", [5]),
        ("try:\n    open(output_paths['a'])\nfinally:\n    sys.exit(1)", []),
        ("try:\n    open(output_paths['a'])\nfinally:\n    file.close()", []),
        ("with contextlib.suppress(Exception):\n    open(output_paths['a'])", [2]),
        ("with suppress(OSError, BaseException):\n    open(output_paths['a'])", [2]),
        ("with suppress(OSError):\n    open(output_paths['a'])", []),
        ("with suppress(Exception):\n    os.remove('x')", []),
        ("save(1, output_paths['a'])", [7]),
        ("save(1, folder=output_paths)", [7]),
        ("save(1, input_paths['a'])", []),
    ],
)
def test_what_hides_failures_while_outputs_are_made(lines: str, where: list[int]) -> None:
    helper = "def save(x, folder):\n    try:\n        open(folder)\n    except Exception:\n        print(x)\n"
    first = len(body(lines).splitlines())
    found = facts(body(lines) + "\n" + helper).swallows
    assert [line if line <= first else line - first + 3 for line in found] == where


def test_what_hides_failures_of_main() -> None:
    around = {
        "with suppress(Exception):\n    main(1)": 3,
        "try:\n    main(1)\nfinally:\n    os._exit(0)": 6,
        "try:\n    main(1)\nfinally:\n    close()": None,
        "with lock:\n    main(1)": None,
    }
    for block, line in around.items():
        (call,) = facts(MAIN + "    pass\n" + block).calls
        assert call.swallowed == line, block


def test_facts_survive_being_kept() -> None:
    source = "import os\nclass A(B): pass\n" + body("input_paths['a']; os.environ['X']; p.add_argument('--x')")

    kept = json.loads(json.dumps(rows(ast.parse(source))))

    assert decode_facts(kept) == facts(source)


@given(st.text(alphabet="abx=()[]{}:\n '\"fimportdef,.*", max_size=60))
def test_any_module_that_parses_has_facts(source: str) -> None:
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return
    assert json.loads(json.dumps(rows(tree))) == rows(tree)


WHOLE_MAIN = """\
def main(input_paths, output_paths, environ_vars, job_args):
    ins, n = input_paths, 'a'
    for k in ('a', 'b'):
        with open(ins[k]) as file:
            other = k
    if n:
        v = vars(job_args)
        n = compute()
    return helper(output_paths), v['q'], input_paths[n], environ_vars.get(
        'I')"""
PIECES = (
    "import os",
    "import os as o, json",
    "from os import environ as e, getenv as g",
    "def f(): import late; return late",
    "@decorated(os.environ['A'])\ndef f(x=lambda: os.getenv('B')): pass",
    "class C(os.environ['D']):\n    X = e['E']",
    "y = e['F']",
    "parser.add_argument('--g', default=os.environ.get('G'))",
    "paths = ['/opt/ml/model', f'{x}']",
    "z = [k for k in g('H')]",
    WHOLE_MAIN,
    "def helper(paths):\n    unrelated()\n    return paths['out']",
    "é = os.environ['J']",
    "def stop(code):\n    try:\n        helper(code)\n    except Exception:\n        sys.exit(1)",
    "def main(ins, outs):\n    with suppress(Exception):\n        return stop(outs)\n    outs['y']",
    "def main(ins, outs):\n    try:\n        open(outs['x'])\n    except Exception: pass\n    stop(2)",
    "if __name__ == '__main__':\n    main(\n        1)",
    "match x:\n    case 1: sys.exit(main(A, B))",
    "try: unrelated()\nexcept SystemExit: raise\nelse: stop(main())",
)


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.sampled_from(["\n", "\r\n", "\n\n"]))
def test_what_is_passed_over_held_nothing(pieces: list[str], end: str) -> None:
    source = (end.join(p.replace("\n", end) for p in pieces) + end).encode()
    tree = ast.parse(source)

    assert rows(tree, source) == rows(tree)
