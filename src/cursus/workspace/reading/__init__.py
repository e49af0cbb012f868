"""Know what a Python file states by reading it; nothing here imports or runs a workspace's code.

``source`` parses (large or strange files in a child process), ``facts`` and ``usage`` collect what checks ask for,
``expressions`` keeps what module-level names are bound to, ``evaluate`` computes those values across the modules of
a workspace, ``published`` makes contracts and specs of them. What one file gives depends on its bytes alone, so that
it can be cached by content; nothing here reads the disk.
"""

#: Raise it when what is collected or its form changes; kept records of other versions are not used.
VERSION = 6
