from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from cursus.api.dag import PipelineDAG
from cursus.api.dag.drawing import dot_text, mermaid_text, ports_text, tree_text
from cursus.model.pipeline import Edge

EDGES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg")), max_size=20)


def diamond() -> PipelineDAG:
    dag = PipelineDAG("abcde", [("a", "c"), ("b", "d")])
    dag.add_edge("a", "b", output="x", input="y")
    dag.add_edge("a", "b", output="z")
    dag.add_edge("c", "d", input="in")
    return dag


def test_tree() -> None:
    assert tree_text(diamond(), {"a": "ann/A", "d": "dan/D"}) == "\n".join(
        (
            "a  ann/A",
            "├─ b  [x -> y, z ->]",
            "│  └─ d  dan/D",
            "└─ c",
            "   └─ d  dan/D  [-> in]  (above)",
            "e",
        )
    )


def test_a_cycle_is_drawn_too() -> None:
    dag = PipelineDAG("abc", [("a", "b"), ("b", "a"), ("b", "c")])
    assert tree_text(dag, {}) == "a\n└─ b\n   ├─ a  (above)\n   └─ c"
    assert "n1 --> n0" in mermaid_text(dag, {}, {})
    assert tree_text(PipelineDAG(), {}) == ""


def test_mermaid() -> None:
    text = mermaid_text(diamond(), {"a": 'ann/"A" & <co>'}, {"ann": ["a", "b"]})
    assert text.splitlines() == [
        "flowchart LR",
        '  subgraph g0["ann"]',
        '    n0["a<br/>ann/#34;A#34; #38; #60;co#62;"]',
        '    n1["b"]',
        "  end",
        '  n2["c"]',
        '  n3["d"]',
        '  n4["e"]',
        "  n0 --> n2",
        "  n1 --> n3",
        '  n0 -- "x -#62; y" --> n1',
        '  n0 -- "z -#62;" --> n1',
        '  n2 -- "-#62; in" --> n3',
    ]


def test_dot() -> None:
    text = dot_text(diamond(), {"a": 'ann/"A"\\'}, {"ann": ["a", "b"]}, "my-pipeline")
    assert text.splitlines()[:7] == [
        'digraph "my-pipeline" {',
        "  rankdir=LR;",
        "  node [shape=box];",
        "  subgraph cluster_0 {",
        '    label="ann";',
        '    "a" [label="a\\nann/\\"A\\"\\\\"];',
        '    "b" [label="b"];',
    ]
    assert '  "a" -> "b" [label="x -> y"];' in text
    assert text.endswith("}")


def test_ports() -> None:
    assert [ports_text(Edge("a", "b", *p)) for p in ((None, None), ("x", None), (None, "y"), ("x", "y"))] == [
        "",
        "x ->",
        "-> y",
        "x -> y",
    ]


@given(EDGES)
def test_every_node_and_every_edge_is_drawn_once(edges: list[tuple[str, str]]) -> None:
    dag = PipelineDAG("abcdefg", edges)
    above: list[str] = []
    drawn, joined = [], []
    for line in tree_text(dag, {}).splitlines():
        indent, node = re.fullmatch(r"([│├└─ ]*)(\w)(?:  \(above\))?", line).groups()  # type: ignore[union-attr]
        depth = len(indent) // 3
        above[depth:] = [node]
        if not line.endswith("(above)"):
            drawn.append(node)
        if depth:
            joined.append((above[depth - 1], node))
    assert sorted(drawn) == sorted(dag.nodes)
    assert Counter(joined) == Counter(dag.edges)
    ids = {f"n{number}": node for number, node in enumerate(dag.nodes)}
    arrows = re.findall(r"(n\d) --> (n\d)", mermaid_text(dag, {}, {}))
    assert sorted((ids[a], ids[b]) for a, b in arrows) == sorted(dag.edges)
    assert sorted(re.findall(r'"(\w)" -> "(\w)"', dot_text(dag, {}, {}, "p"))) == sorted(dag.edges)
