/** The client as other pages import it: `client.js` beside the dashboard. */
import { browserSurroundings, wakeUp } from "./browser";
import { Katgate, type KatgateListener } from "./katgate";

export type * from "../wire";
export type { ConnectionState } from "./connection";
export type { DevicesListener } from "./device_list";
export type { InformListener, InformSelection } from "./inform_wish";
export * from "./katgate";
export type * from "./sensor_wish";

export interface ConnectOptions {
  /**
   * To log in with, where katgate wants that: a token, or what gets one each time it is needed.
   * It goes into messages and headers, never into a URL.
   */
  readonly token?: string | (() => string | Promise<string>);
}

/**
 * Connect to the katgate at `base`, such as `http://127.0.0.1:8147/` or `https://host/prefix/`.
 *
 * Throws TypeError if that is no URL. That katgate cannot be reached is told to the listener, and
 * that it needs a login (`login-needed`): `connection.connect()` tries again.
 */
export function connect(
  base: string | URL,
  listener: KatgateListener = {},
  { token }: ConnectOptions = {},
): Katgate {
  const shown =
    token === undefined
      ? undefined
      : async () => (typeof token === "string" ? token : await token());
  const katgate = new Katgate(browserSurroundings(base, shown), listener);
  wakeUp(katgate);
  katgate.connection.connect();
  return katgate;
}
