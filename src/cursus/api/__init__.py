"""Draw: graphs of steps.

``dag`` holds the published graph classes. A graph knows names, edges, ports and order; what a step is, which files
state it and which output feeds which input is not known here.
"""
