/** The client as other pages import it: `client.js` beside the dashboard. */
import { browserSurroundings, wakeUp } from "./browser";
import { Katgate, type KatgateListener } from "./katgate";

export type * from "../wire";
export type { ConnectionState } from "./connection";
export type { DevicesListener } from "./device_list";
export type { InformListener, InformSelection } from "./inform_wish";
export * from "./katgate";
export type * from "./sensor_wish";

/**
 * Connect to the katgate at `base`, such as `http://127.0.0.1:8147/` or `https://host/prefix/`.
 *
 * Throws TypeError if that is no URL. That katgate cannot be reached is told to the listener.
 */
export function connect(base: string | URL, listener: KatgateListener = {}): Katgate {
  const katgate = new Katgate(browserSurroundings(base), listener);
  wakeUp(katgate);
  katgate.connection.connect();
  return katgate;
}
