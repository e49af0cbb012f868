"""The published coordinator for one script: find its step, find or make its data, run it, say what came out.

Only calls: resolving is the catalog's work, planning the assembler's, running the engine's.
"""
