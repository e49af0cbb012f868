"""Running a whole plan. One interface, one file for each way of doing it.

An engine decides where scripts run; what a step is, how its folder looks and how its end is judged is the same for all.
Nothing here resolves a name or reads a workspace: a plan and the data that enters it are all an engine gets.
"""
