"""The engine room: from steps and a graph to a SageMaker pipeline definition.

Five rooms, each importing only those before it: ``base`` (what a step is made of and how its request is built),
``deps`` (which output feeds which input), ``assembler`` (the plan), ``compiler`` (the definition), ``workspace``
(pipelines whose steps come from many workspaces). Nothing here validates a workspace, runs a script or prints.
"""
