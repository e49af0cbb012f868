"""Real runs: every script in a process of its own, with the directories, environment and arguments its contract states.

``launch`` starts one process and reports how it ended. ``engine`` runs a whole plan; ``scheduler`` knows what is ready
and nothing else; ``staging`` prepares a step's folder and looks at it again afterwards. ``data`` finds or makes what
enters from outside. ``core`` and ``execution`` hold the published coordinators. Nothing here imports a script, draws,
or prints: a run reports through values and through :class:`~cursus.validation.runtime.engine.interface.Progress`.
"""
