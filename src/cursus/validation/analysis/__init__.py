"""What the checks look at: the subjects, read once, with every part known, absent or not known and why.

Facts only: nothing here decides whether something is wrong, and no code of a workspace is executed or imported.
"""
