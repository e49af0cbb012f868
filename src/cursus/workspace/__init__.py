"""Look at workspaces, and load from them.

The lowest room that touches the disk. It knows the directory layout (one module), finds what is there (one scanner),
reads what files state without running them (one index, with a cache that never changes a result), loads a
workspace's modules on request (one loader) and makes new workspaces (one scaffold).

Not here: what a step name means (registry), how steps fit together (core), what is right or wrong about them
(validation). Nothing but the loader runs workspace code, and importing this room or its index loads nothing heavy.
"""
