"""How fast katgate is beside its peers. Run by hand, one command each; pytest collects nothing here.

    python -m tests.benchmarks.intake          updates taken in from one device (P1)
    python -m tests.benchmarks.device_server   requests answered, updates pushed (P8)
    python -m tests.benchmarks.fanout          updates delivered to many browsers with one wish (P2)
    python -m tests.benchmarks.own_wishes      updates delivered to 1,000 browsers with wishes of their own (P3)
    python -m tests.benchmarks.latency         from the device's socket to the browser's (P4)
    python -m tests.benchmarks.faults          healthy browsers beside faulty ones
    python -m tests.benchmarks.kills           a device killed 1,000 times under load
    python -m tests.benchmarks.sync            from TCP connect to all sensors sampled (P5)
    python -m tests.benchmarks.memory          a sensor, an idle browser, a stalled one (P6)
    python -m tests.benchmarks.rest            REST: GET a sensor, POST a request (P7)
    python -m tests.benchmarks.many_devices    64 devices, 100 browsers at leisure (P9)
    python -m tests.benchmarks.audit           the audit log: a record, a flood, a question
    python -m tests.benchmarks.scrape          /metrics with many sensors, beside browsers that follow
    python -m tests.benchmarks.dashboard       the page in Chromium: its main thread, memory, first paint

Each prints a table, or with `--json` its figures. A machine is noisy: what counts is a ratio of one run.
`katgate_*`, `aiokatcp_*`, `katcp_python_*`, `plain_*`, `*_client`, `*_server` and `*_hello` are among the programs
that these start.
"""
