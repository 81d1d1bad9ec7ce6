"""What everything costs: `make bench`, or `python -m benchmarks`; 20 seconds with `--quick`.

Read in this order: `rounds`, how contenders are interleaved and timed; `contenders`, what is measured
of ours; `johnson`, the baseline; `queries` and `startup`; `report`, the tables and the JSON.
"""
