"""Starting one script in a process of its own and learning how it ended.

Knows processes, time and memory limits, and the record the script's harness leaves behind. Knows no plan, no contract
and no workspace. ``harness.py`` is the file that runs inside the process: standard library only, it never imports the
rest of the package.
"""
