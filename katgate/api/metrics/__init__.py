"""What Prometheus is told: `GET /metrics`. prometheus-client writes the format, nothing of it is global.

Almost all is read, when somebody asks, from what is counted or known anyway: `of_browsers.py`, `of_devices.py`,
`of_process.py`, `of_web.py` and, where it is asked for, `of_sensors.py` turn that into families of samples;
`metrics.py` puts them together. The guide (`guide/watching.md`) has every name.
"""

from katgate.api.metrics.metrics import Metrics, Watched

__all__ = ["Metrics", "Watched"]
