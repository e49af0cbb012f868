"""The command line: one click group a file; a command only translates.

A command reads its options, calls one function of the rooms below, and hands the value to a renderer. Data goes to
standard output, progress and errors to standard error. Exit codes: 0 clean, 1 findings, 2 usage or configuration,
3 internal error, 4 refused by policy, 130 interrupted. No rule, no path and no decision lives here.
"""
