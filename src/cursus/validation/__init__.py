"""Judge and try: checks over the static index with reporters for what they find, and the runtime that runs scripts.

A rule lives in ``checks``, one file each; ``engine`` runs rules, ``reporting`` shows what they found, ``workspace`` and
``alignment`` hold the published classes over them. Nothing here imports the code of a workspace: it is read, or run in
a process of its own.
"""
