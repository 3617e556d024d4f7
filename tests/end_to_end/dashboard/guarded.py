"""A katgate with tokens in front of the telescope's devices, and logging in on its page as a person does."""

import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from katgate.authority.role import Role
from katgate.authority.tokens import hash_of, new_token
from tests.processes import Katgate, wait_for

__all__ = ["Guarded", "enter", "guarded", "log_in"]

#: Who has a token.
_USERS = {"eva": Role.VIEWER, "ludwig": Role.OPERATOR, "maria": Role.OPERATOR, "root": Role.ADMIN}


class Guarded:
    """A katgate and the tokens of its users, by their names."""

    def __init__(self, config: Path, start: Callable[..., Katgate], telescope: Katgate, access: str) -> None:
        self._config = config
        self._start = start
        self.tokens = {name: new_token() for name in _USERS}
        devices = telescope.get("devices")["devices"]
        self._text = access + "".join(_device(device["name"], device["address"]) for device in devices)
        self._begin("127.0.0.1:0")
        wait_for(self._is_synced, "the devices to be synced")

    @property
    def url(self) -> str:
        return self.katgate.url

    def restart(self) -> None:
        """End katgate, and start it again at the same port."""
        port = self.katgate.port
        self.katgate.stop()
        self._begin(f"127.0.0.1:{port}")

    def revoke(self, user: str) -> None:
        """Make a token none of katgate's any more, while it runs."""
        del self.tokens[user]
        self._write()
        self.katgate.popen.send_signal(signal.SIGHUP)

    def ask(self, user: str, method: str, path: str, body: Any = None) -> Any:
        """Return the JSON of what a program of that user asks."""
        answer = self.katgate.ask(method, path, body, {"authorization": f"Bearer {self.tokens[user]}"})
        assert answer.status == 200, answer.body
        return answer.json

    def _begin(self, listen: str) -> None:
        self._write()
        self.katgate = self._start("serve", "--config", str(self._config), "--listen", listen)

    def _is_synced(self) -> bool:
        devices = self.ask("root", "GET", "devices")["devices"]
        return all(device["state"] == "synced" for device in devices)

    def _write(self) -> None:
        tokens = [_token(name, _USERS[name], text) for name, text in self.tokens.items()]
        self._config.write_text(self._text + "".join(tokens))


def guarded(folder: Path, start: Callable[..., Katgate], telescope: Katgate, access: str = "") -> Guarded:
    """Start one. `access`: lines of the configuration that stand before its devices."""
    folder.mkdir()
    return Guarded(folder / "katgate.toml", start, telescope, access)


def log_in(page: Page, gate: Guarded, user: str, where: str = "") -> None:
    """Open the page at `where`, and log in as that user."""
    page.goto(gate.url + where)
    token = page.get_by_label("Token")
    expect(token).to_be_focused()
    page.keyboard.insert_text(gate.tokens[user])
    page.keyboard.press("Enter")
    expect(page.locator(f'[data-user="{user}"]')).to_be_visible()


def enter(page: Page, gate: Guarded, user: str, where: str = "") -> None:
    """The same without the login page, which takes its time."""
    answer = page.request.post(f"{gate.url}api/v1/login", data={"token": gate.tokens[user]})
    assert answer.ok, answer.text()
    page.goto(gate.url + where)
    expect(page.locator(f'[data-user="{user}"]')).to_be_visible()


def _device(name: str, address: str) -> str:
    return f'[[device]]\nname = "{name}"\naddress = "{address}"\n'


def _token(name: str, role: Role, text: str) -> str:
    return f'[[token]]\nname = "{name}"\nrole = "{role}"\nhash = "{hash_of(text)}"\n'
