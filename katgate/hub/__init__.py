"""The present state of all sensors of all devices, once, for everyone. Readings; no sockets, no JSON."""
