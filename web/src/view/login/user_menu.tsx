/** Who is logged in, as what and until when, and the way out. Nothing where there are no logins. */
import type { ConnectionState } from "../../client/connection";
import { useDashboard, useTimes } from "../dashboard_context";
import { formatAge } from "../format";
import { Menu } from "../menu";
import "./user_menu.css";

export function UserMenu({ state }: { state: ConnectionState }) {
  const { login, now } = useDashboard();
  const times = useTimes();
  const who = login.who.value;
  if (who === null) return null;
  const { user, role, expires } = who;
  return (
    <span class="user" data-user={user} data-role={role}>
      <Menu title={`${user} · ${role}`} label={`Logged in as ${user}, ${role}`}>
        {() => (
          <>
            <dl class="user-facts">
              <dt>name</dt>
              <dd>{user}</dd>
              <dt>role</dt>
              <dd>{role}</dd>
              <dt>login ends</dt>
              <dd>
                {expires === null
                  ? "never by itself"
                  : `${times.clock(expires, now.value)}${times.suffix} (in ${formatAge(expires - now.value)})`}
              </dd>
              {state.kind === "connected" && (
                <>
                  <dt>katgate</dt>
                  <dd>version {state.hello.version}</dd>
                </>
              )}
            </dl>
            <button type="button" data-button="log-out" onClick={() => void login.logOut()}>
              Log out
            </button>
            <span class="problem" role="status">
              {login.problem.value}
            </span>
          </>
        )}
      </Menu>
    </span>
  );
}
