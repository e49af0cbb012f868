"""Name: which steps there are, what they are called, and whose they are.

``catalog`` resolves a step name as seen from a workspace (own, then shared, then core) and is the only resolver;
``core_table`` holds the core rows; ``step_names`` and ``distributed`` are the published tables over both, which follow
the current workspace context. Nothing here imports or runs a step's code, wires ports or knows about pipelines.
"""
