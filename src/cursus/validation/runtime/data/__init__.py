"""Data that enters a run from outside: found by what a manifest or the caller says, or made from a schema.

Only paths are decided here; no data is read. Nothing is guessed: an input without data is an error that names the
manifest and the entry to write. Where a manifest lies is the layout's knowledge, not ours.
"""
