"""Match the files of a step with one another: by exact name or declared rule, never by likeness.

Not here: what is right or wrong about the files (checks), where workspaces are (cursus.workspace).
"""
