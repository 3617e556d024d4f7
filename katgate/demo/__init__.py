"""A pretend telescope: device servers of our own for `katgate demo`, the guide and tests. No hardware."""
