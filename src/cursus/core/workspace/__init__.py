"""Pipelines over several workspaces: files that describe them, the component registry, the published coordinators.

The top of the core. Nothing here resolves, wires or builds by itself: it reads what authors wrote and calls the rooms
below. No workspace code is imported here.
"""
