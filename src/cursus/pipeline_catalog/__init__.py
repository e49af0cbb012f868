"""Ready-made pipelines and templates, found by what they need and give.

What may stand here: descriptions of pipelines over steps of the core and of workspaces. What may not: steps, checks, or
anything that runs.
"""
