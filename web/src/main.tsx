/** Puts the models, the browser and the page together. */
import { effect } from "@preact/signals";
import { render } from "preact";
import type { Socket, SocketEvents } from "./model/connection";
import { Dashboard } from "./model/dashboard";
import { App } from "./view/app";
import { DashboardContext } from "./view/dashboard_context";
import "./style.css";
import { SUB_PROTOCOL } from "./wire";

const TICK_MS = 1000;

const dashboard = new Dashboard({
  openSocket,
  clock: {
    now: () => performance.now() / 1000,
    after: (delay_s, callBack) => {
      const timer = setTimeout(callBack, delay_s * 1000);
      return () => clearTimeout(timer);
    },
  },
  random: Math.random,
  bar: window,
  requestFrame: (callBack) => {
    requestAnimationFrame(callBack);
  },
  wallTime: Date.now() / 1000,
});

window.addEventListener("online", () => dashboard.connection.nudge());
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") dashboard.connection.nudge();
});
setInterval(() => dashboard.tick(), TICK_MS);

const page = document.getElementById("page");
if (page === null) throw new Error("index.html has no element #page");
render(
  <DashboardContext.Provider value={dashboard}>
    <App />
  </DashboardContext.Provider>,
  page,
);
effect(() => {
  const device = dashboard.selected.value;
  document.title = device === null ? "katgate" : `${device.name} · katgate`;
});
dashboard.start();

function openSocket(events: SocketEvents): Socket {
  const socket = new WebSocket(socketUrl(), SUB_PROTOCOL);
  socket.addEventListener("message", ({ data: text }) => {
    if (typeof text === "string") events.received(text);
  });
  socket.addEventListener("close", ({ code, reason }) => events.closed(code, reason));
  socket.addEventListener("error", () => events.failed());
  return socket;
}

/** Beside the page, whatever path prefix a proxy has put before it. */
function socketUrl(): URL {
  const url = new URL("api/v1/ws", document.baseURI);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url;
}
