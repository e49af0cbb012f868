"""From a pipeline to a plan: names resolved, inputs bound, requests built.

Pure and deterministic: the same files give the same :class:`~cursus.model.plan.PipelinePlan` on every machine. No AWS
client, no clock, no network. Hand-written configs and builders of a workspace run in a child process of their own and
hand back plain values; nothing of a workspace is imported here.
"""
