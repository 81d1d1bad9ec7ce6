"""What everything costs: `make bench`, or `python -m benchmarks`; 20 seconds with `--quick`.

Read in this order: `interleaved`, which times cases in turn; `cases`, what is measured of ours; `johnson`,
the baseline; `worlds` and `populations`, our world beside esper's and plain Python; `startup`; and `report`,
the tables and the JSON.
"""
