/** Puts the models, the browser and the page together. */
import { effect } from "@preact/signals";
import { render } from "preact";
import { browserSurroundings, wakeUp } from "./client/browser";
import { Dashboard } from "./model/dashboard";
import type { Store } from "./model/settings";
import { App } from "./view/app";
import { DashboardContext } from "./view/dashboard_context";
import "./style.css";

const TICK_MS = 1000;

/** Of this katgate in this browser. */
const otherPages = new BroadcastChannel(`katgate ${new URL(".", document.baseURI).pathname}`);

const dashboard = new Dashboard({
  ...browserSurroundings(document.baseURI),
  bar: window,
  store: storeOf(() => window.localStorage),
  pageStore: storeOf(() => window.sessionStorage),
  requestFrame: (callBack) => {
    requestAnimationFrame(callBack);
  },
  announceLogin: () => otherPages.postMessage("login"),
  reload: () => document.location.reload(),
});
otherPages.addEventListener("message", () => dashboard.login.onElsewhere());

wakeUp(dashboard.katgate);
const lookWhetherSeen = () => {
  if (document.visibilityState === "visible") dashboard.sleep.onSeen();
  else dashboard.sleep.onHidden();
};
document.addEventListener("visibilitychange", lookWhetherSeen);
lookWhetherSeen(); // it may have been opened behind another
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
  const { page, device } = dashboard.location;
  if (dashboard.login.isNeeded.value) {
    document.title = "log in · katgate";
    return;
  }
  const place = page === "sensors" ? "" : page;
  document.title = [place, device === "*" ? "all devices" : device, "katgate"]
    .filter(Boolean)
    .join(" · ");
});
effect(() => {
  const theme = dashboard.settings.theme.value;
  if (theme === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.setAttribute("data-theme", theme);
});
dashboard.start();

/** To name a store throws where a browser keeps nothing. */
function storeOf(named: () => Store): Store {
  try {
    return named();
  } catch {
    return { getItem: () => null, setItem: () => {} };
  }
}
