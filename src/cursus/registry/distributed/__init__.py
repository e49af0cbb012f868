"""The step table as each workspace sees it.

``context`` says which workspace is current; ``core_registry`` and ``workspace_registry`` are the two kinds of
registries, ``registry_manager`` holds them all, ``compatibility`` gives them the shape of the published tables. All
read through :mod:`cursus.registry.catalog`; nothing here resolves a name on its own.
"""
