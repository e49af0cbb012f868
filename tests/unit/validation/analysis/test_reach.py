"""Places that code names by other means than import statements."""

from __future__ import annotations

import pytest

from cursus.validation.analysis.reach import Means, Reach, reaches


def read(source: str, *words: str) -> tuple[Reach, ...]:
    return reaches(source.encode(), frozenset(words))


@pytest.mark.parametrize(
    ("source", "texts", "climbs", "from_file", "known"),
    [
        ("import sys\nsys.path.insert(0, 'lib')", ("lib",), 0, False, True),
        ("import sys as s\ns.path.append('..')", ("..",), 1, False, True),
        ("from sys import path\npath.append('../../x')", ("../../x",), 2, False, True),
        ("import sys\nsys.path += ['a', 'b']", ("a", "b"), 0, False, True),
        ("import sys\nsys.path[:0] = ['a']", ("a",), 0, False, True),
        ("import sys, os\nsys.path.append(os.path.dirname(__file__))", (), 1, True, True),
        (
            "import sys\nfrom pathlib import Path\nsys.path.append(str(Path(__file__).parents[2] / 'b'))",
            ("b",),
            3,
            True,
            True,
        ),
        (
            "import sys\nfrom pathlib import Path\nP = Path(__file__).parent\nsys.path.append(str(P.parent))",
            (),
            2,
            True,
            True,
        ),
        ("import sys\nsys.path.append(unknown)", (), 0, False, False),
        ("import sys, os\nsys.path.append(os.environ['X'])", ("X",), 0, False, False),
        ("import site\nsite.addsitedir('x')", ("x",), 0, False, True),
    ],
)
def test_search_path(source: str, texts: tuple[str, ...], climbs: int, from_file: bool, known: bool) -> None:
    (found,) = read(source)
    assert found.means is Means.SEARCH_PATH
    assert (found.texts, found.climbs, found.from_file, found.known) == (texts, climbs, from_file, known)


@pytest.mark.parametrize(
    ("source", "means", "texts"),
    [
        ("import importlib\nimportlib.import_module('a.b')", Means.BY_NAME, ("a.b",)),
        ("from importlib import import_module as load\nload('a.b')", Means.BY_NAME, ("a.b",)),
        ("__import__('a.b')", Means.BY_NAME, ("a.b",)),
        ("import runpy\nrunpy.run_path('../x.py')", Means.BY_FILE, ("../x.py",)),
        ("from importlib.util import spec_from_file_location as f\nf('n', '../x.py')", Means.BY_FILE, ("../x.py",)),
    ],
)
def test_dynamic_imports(source: str, means: Means, texts: tuple[str, ...]) -> None:
    (found,) = read(source)
    assert (found.means, found.texts) == (means, texts)


def test_texts_that_name_a_folder() -> None:
    source = '"""about developers/b/x"""\nA = "developers/b/x"\nB = "developers"\nC = f"developers/{A}"\n'
    assert [(r.line, r.texts) for r in read(source, "developers")] == [
        (2, ("developers/b/x",)),
        (4, ("developers/",)),
    ]


@pytest.mark.parametrize("source", ["import sys\nprint(sys.path)", "x = 1", "import sys\nsys.path.copy()", "def ("])
def test_nothing_to_say(source: str) -> None:
    assert read(source, "developers") == ()
