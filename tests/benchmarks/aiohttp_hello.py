"""aiohttp's "hello": a route with one name in its path that returns ready bytes. No log.

`python -m tests.benchmarks.aiohttp_hello` prints its port.
"""

import asyncio

from aiohttp import web

from tests.benchmarks.hello import BODY, PATH


async def hello(request: web.Request) -> web.Response:
    return web.Response(body=BODY, content_type="application/json")


async def _run() -> None:
    app = web.Application()
    app.router.add_get(f"{PATH}{{name}}", hello)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()  # until ended


if __name__ == "__main__":
    asyncio.run(_run())
