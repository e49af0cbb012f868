"""Cursus: pipelines for Amazon SageMaker, composed from the workspaces of many developers.

Importing this package loads nothing heavy; each room is imported on its own::

    model      the nouns                       workspace  look at a tree, load from it
    registry   names and overlays              api        graphs
    core       wiring, plan, definition        steps      the bundled steps
    validation checks and test runs            cli        the command line
"""

from cursus.version import VERSION

__version__ = VERSION

__all__ = ["__version__"]
