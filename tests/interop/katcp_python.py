"""katcp-python, made importable: for programs in processes of their own, never for the tests themselves.

katcp-python 0.9.3 stands on tornado 4.5, which was written for Pythons that are gone. Python 3.11 is the last that
can run the two, once names that `collections` has lost are put back; what they warn of is theirs to mend.
"""

import collections
import collections.abc
import warnings

for _name in ("Iterable", "MutableMapping", "Sequence"):
    setattr(collections, _name, getattr(collections.abc, _name))

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import katcp.inspecting_client
    import katcp.kattypes
    import katcp.resource_client
    import tornado.gen
    import tornado.ioloop
    import tornado.tcpserver

    import katcp

# What they warn of while they run is no news either.
warnings.simplefilter("ignore")

__all__ = ["katcp", "tornado"]
