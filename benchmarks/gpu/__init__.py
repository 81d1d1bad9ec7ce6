"""`make gpu`: everything that only a GPU can prove, in at most six minutes.

`prepare` finds out what the machine has and installs the rest; it needs the standard library alone.
`__main__` then runs the steps of `steps`, each in a process and with a time of its own, and writes what they
found as `report` has it. `measure` is the step that measures, beside what `roofline` says is possible;
`long_run` and `one_frame` are steps too.
"""
