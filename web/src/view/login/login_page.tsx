/**
 * What there is to see where one has to log in first: one field for the token.
 *
 * The token is in that field alone, and only until katgate has taken it or refused it; how it
 * is kept is for the person's password manager, to which it must look like any login.
 */
import { useEffect, useRef } from "preact/hooks";
import type { ConnectionState } from "../../client/connection";
import type { LoginStep } from "../../model/login/login";
import { useDashboard } from "../dashboard_context";
import "./login_page.css";

export function LoginPage() {
  const { login, connection, now } = useDashboard();
  const field = useRef<HTMLInputElement>(null);
  const step = login.step.value;
  const trouble = troubleOf(step, now.value) ?? troubleOfConnection(connection.value);
  const isBusy = step.kind === "sent" || waitOf(step, now.value) > 0;
  useEffect(() => {
    field.current?.focus();
    return () => requestAnimationFrame(() => document.getElementById("main")?.focus());
  }, []);
  useEffect(() => {
    if (step.kind !== "refused" || field.current === null) return;
    if (step.isTokenBad) field.current.value = "";
    field.current.focus();
  }, [step]);
  return (
    <main class="login">
      <form
        class="login-form"
        method="post" // should it ever be sent by the browser itself: not within the URL
        aria-labelledby="login-title"
        onSubmit={(event) => {
          event.preventDefault();
          const token = field.current?.value.trim() ?? "";
          if (token === "") field.current?.focus();
          else if (!isBusy) void login.logIn(token);
        }}
      >
        <h1 id="login-title">
          Log in to <b>katgate</b>
        </h1>
        {login.why.value !== "" && <p class="login-why">{sentence(login.why.value)}</p>}
        {/* Password managers keep nothing without a name. */}
        <input
          class="only-heard"
          type="text"
          name="username"
          autocomplete="username"
          value="katgate"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <label for="token">Token</label>
        <input
          id="token"
          ref={field}
          type="password"
          name="token"
          autocomplete="current-password"
          autocapitalize="none"
          spellcheck={false}
          required
          aria-describedby="login-trouble"
          aria-invalid={step.kind === "refused" && step.isTokenBad}
        />
        <p id="login-trouble" class="problem" role="alert">
          {trouble}
        </p>
        <button type="submit" class="send" aria-disabled={isBusy}>
          {step.kind === "sent" ? "Logging in" : "Log in"}
        </button>
        {step.kind === "too-many" && waitOf(step, now.value) > 0 && (
          <p data-login-wait>You can try again in {waitOf(step, now.value)} s.</p>
        )}
        <p class="login-help">
          Whoever runs this katgate makes tokens, with <code>katgate token NAME</code>.
        </p>
      </form>
    </main>
  );
}

/** The countdown is told apart: it must not be said every second. */
function troubleOf(step: LoginStep, now: number): string | null {
  if (step.kind === "refused") return sentence(step.detail);
  return waitOf(step, now) > 0 ? "There were too many attempts to log in." : null;
}

function troubleOfConnection(state: ConnectionState): string | null {
  if (state.kind === "waiting") return sentence(`there is no connection: ${state.reason}`);
  return state.kind === "refused" ? sentence(state.reason) : null;
}

function waitOf(step: LoginStep, now: number): number {
  return step.kind === "too-many" ? Math.max(0, Math.ceil(step.until - now)) : 0;
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}
