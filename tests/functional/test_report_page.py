"""The HTML report in a real browser: Chromium, headless. Skipped, with the reason, where there is none.

What is measured is written by a script that only the copies tested here have; the report itself has none.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed (Debian: apt-get install chromium)")

SCRIPT = "developers/ingest/src/cursus_dev/steps/scripts/flight_features.py"
HOSTILE = "</script><img src=x onerror=parent.document.title='run'><b>"
LIGHT, DARK = "--blink-settings=preferredColorScheme=1", "--blink-settings=preferredColorScheme=0"
#: Everything that is asked of a page, as one JSON text in the title of the window around it.
PROBE = """<script>addEventListener('load', () => {
  const all = [...document.querySelectorAll('body *')];
  const colour = (e, name) => getComputedStyle(e)[name];
  parent.document.title = JSON.stringify({
    width: innerWidth,
    overflow: document.documentElement.scrollWidth > innerWidth,
    cut: all.filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest('pre')).map(e => e.outerHTML),
    requests: performance.getEntriesByType('resource').map(r => r.name),
    strangers: document.querySelectorAll('img, b, link, iframe, object, script:not(:last-of-type)').length,
    background: colour(document.body, 'backgroundColor'),
    colours: [...new Set(all.map(e => colour(e, 'color')))],
    text: document.body.innerText,
    folded: document.querySelectorAll('details').length,
    cells: document.querySelectorAll('details tbody tr').length,
  });
});</script>"""


@pytest.fixture
def look(tmp_path):
    """A function that opens a page in a frame of some width and returns what the probe found."""

    def looked(page, *, width=1280, scheme=LIGHT):
        inner = page.replace("</body>", PROBE + "</body>")
        frame = tmp_path / "frame.html"
        frame.write_text(f'<iframe width={width} height=900 srcdoc="{escape(inner, quote=True)}"></iframe>', "utf-8")
        done = subprocess.run(
            [
                *(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", scheme),
                *(
                    f"--user-data-dir={tmp_path / 'profile'}",
                    "--virtual-time-budget=5000",
                    "--dump-dom",
                    frame.as_uri(),
                ),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert "CONSOLE" not in done.stderr
        title = re.search("<title>(.*?)</title>", done.stdout, re.DOTALL)
        assert title is not None, done.stdout[:2000]
        return json.loads(unescape(title[1]))

    return looked


@pytest.fixture
def broken(example):
    """The example with findings of every severity, one of them with hostile text, and one accepted."""
    path = example / SCRIPT
    text = path.read_text().replace('input_paths["weather"]', f'input_paths["{HOSTILE}"]')
    text = text.replace(
        "from pathlib import Path\n",
        "from pathlib import Path\nOTHER = 'developers/risk/x'  # cursus: ignore[foreign-path] only in the notebook\n",
    )
    path.write_text(text + "\n" + "# " + "x" * 400 + "\n")
    (example / "cursus.toml").write_text("[validation.severity]\nunused-input = 'info'\n")
    return example


def pages(cursus, root):
    html, data = (cursus("validate", "--format", form, "-C", root) for form in ("html", "json"))
    assert html.code == data.code
    return html.out, data.json


def luminance(colour):
    parts = [int(n) / 255 for n in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_a_page_with_hostile_text_is_inert_and_says_what_json_says(cursus, broken, look):
    page, data = pages(cursus, broken)
    seen = look(page)
    assert (seen["requests"], seen["strangers"]) == ([], 0)
    assert HOSTILE in seen["text"]
    counts = data["counts"]
    units = ", ".join(f"{counts[name]} {name}" for name in ("PASS", "FAIL", "NOT_RUN", "SKIPPED"))
    assert f"{len(data['units'])} units: {units}." in seen["text"]
    assert "1 error, 0 warnings, 1 remark; 1 accepted." in seen["text"]
    assert (counts["error"], counts["info"], counts["accepted"]) == (1, 1, 1)
    assert (seen["folded"], seen["cells"]) == (1, counts["PASS"])
    for finding in data["findings"]:
        assert f"{finding['file'].removeprefix(str(broken) + '/')}:{finding['line']}" in seen["text"]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_it_can_be_read(cursus, broken, look, width, scheme):
    seen = look(pages(cursus, broken)[0], width=width, scheme=scheme)
    assert seen["width"] == width
    assert not seen["overflow"]
    assert seen["cut"] == []
    assert (luminance(seen["background"]) > 0.5) is (scheme == LIGHT)
    assert min(contrast(seen["background"], colour) for colour in seen["colours"]) >= 4.5


def test_a_sound_tree(cursus, example, look):
    page, data = pages(cursus, example)
    seen = look(page)
    assert "Validation: OK" in seen["text"]
    assert seen["cells"] == data["counts"]["PASS"]
