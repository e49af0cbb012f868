"""What a check is: a rule with a code, a level and a documented reason, which yields findings for one subject.

No rule is written here and nothing is run here; a violation is returned as a finding, misuse raises.
"""
