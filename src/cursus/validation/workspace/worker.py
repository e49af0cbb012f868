"""The process that validates a share of the workspaces: a question on standard input, the answer on standard output."""

from __future__ import annotations

import sys

from cursus.validation.workspace.batch import answer

if __name__ == "__main__":
    sys.stdout.write(answer(sys.stdin.read()))
