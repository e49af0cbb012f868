"""The published coordinators for whole pipelines, and the check that one step's files suit the next.

Coordinators only call; the compatibility check reads the actual files and states what differs, it never converts.
"""
