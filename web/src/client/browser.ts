/** What a browser gives a client: sockets, time, chance, and REST. */
import { parseProblem } from "../parse";
import { SUB_PROTOCOL } from "../wire";
import type { Clock } from "./clock";
import type { Socket, SocketEvents, Surroundings } from "./connection";
import { type Katgate, KatgateError, type KatgateSurroundings } from "./katgate";

/**
 * For the katgate whose page is at `base`; `token`: see `Surroundings`. Throws TypeError if that is
 * no URL.
 */
export function browserSurroundings(
  base: string | URL,
  token?: () => Promise<string>,
): KatgateSurroundings {
  const api = new URL("api/v1/", base);
  return {
    clock: BROWSER_CLOCK,
    random: Math.random,
    wallTime: Date.now() / 1000,
    token,
    openSocket: openSocketAt(api),
    fetchJson: async (path, init) => {
      const url = new URL(path, api);
      if (token === undefined) return fetchJson(url, init);
      const headers = new Headers(init?.headers);
      headers.set("authorization", `Bearer ${await token()}`);
      return fetchJson(url, { ...init, headers });
    },
  };
}

/** The network is back, or the page is looked at again: that is the time to try. */
export function wakeUp({ connection }: Katgate): void {
  window.addEventListener("online", () => connection.nudge());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") connection.nudge();
  });
}

const BROWSER_CLOCK: Clock = {
  now: () => performance.now() / 1000,
  after: (delay_s, callBack) => {
    const timer = setTimeout(callBack, delay_s * 1000);
    return () => clearTimeout(timer);
  },
};

function openSocketAt(api: URL): Surroundings["openSocket"] {
  const url = new URL("ws", api);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return (events: SocketEvents): Socket => {
    const socket = new WebSocket(url, SUB_PROTOCOL);
    socket.addEventListener("message", ({ data: text }) => {
      if (typeof text === "string") events.received(text);
    });
    socket.addEventListener("close", ({ code, reason }) => events.closed(code, reason));
    socket.addEventListener("error", () => events.failed());
    return socket;
  };
}

async function fetchJson(url: URL, init?: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch {
    const detail = "katgate cannot be reached";
    throw new KatgateError({ code: "", detail, reply: null, elapsed_s: null });
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) return body;
  const problem = parseProblem(body);
  const detail = problem.detail || `katgate answered ${response.status}`;
  throw new KatgateError({ ...problem, detail }, wait_s(response));
}

function wait_s({ headers }: Response): number | null {
  const s = Number(headers.get("retry-after") ?? Number.NaN);
  return Number.isNaN(s) ? null : s; // it may be a date, which katgate does not send
}
