"""katgate: a gateway between KATCP devices and the web, and the KATCP library on Twisted inside it.

`katgate.katcp` is the vocabulary (messages, sensors, strategies), `katgate.tx` the conversation
(clients and device servers on Twisted). Both can be used without any web part.
"""

__version__ = "0.1.0"
