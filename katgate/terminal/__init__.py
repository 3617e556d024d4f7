"""Commands for people at a terminal: call, sensors, watch, log. They ask a device itself, or a katgate."""
