/**
 * Who is logged in here, and the way in and out.
 *
 * It is needed when katgate says hello to nobody, and until it says hello to somebody; where
 * katgate has no logins that never happens, and `who` stays null. The token itself is only passed
 * on: after that the browser has a cookie, which no script can read.
 */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ConnectionState } from "../../client/connection";
import { KatgateError, type KatgateSurroundings } from "../../client/katgate";
import { parseRoot } from "../../parse";

export interface LoginNeeds {
  /** As the browser does it: a wrong token is no login that has ended. */
  readonly fetchJson: KatgateSurroundings["fetchJson"];
  readonly connect: () => void;
  readonly needLogin: (reason: string) => void;
  /** UNIX seconds, on katgate's clock. */
  readonly now: () => number;
  /** Tell this browser's other pages that somebody has logged in. */
  readonly announce: () => void;
}

export interface Who {
  readonly user: string;
  readonly role: string;
  /** When the login ends: UNIX seconds; null: not by itself. */
  readonly expires: number | null;
}

export type LoginStep =
  | { readonly kind: "ready" }
  | { readonly kind: "sent" }
  | { readonly kind: "refused"; readonly detail: string; readonly isTokenBad: boolean }
  /** Too many attempts: the next one at this time, on katgate's clock. */
  | { readonly kind: "too-many"; readonly until: number };

const LEFT = "You have logged out.";
const ENDED = "Your login has ended.";
const NO_COOKIE =
  "katgate took the token, but this browser did not keep the cookie of the login; allow cookies for this site.";
const POST_JSON = { method: "POST", headers: { "content-type": "application/json" } } as const;

export class Login {
  readonly #needs: LoginNeeds;
  readonly #isNeeded: Signal<boolean> = signal(false);
  readonly #why: Signal<string> = signal("");
  readonly #who: Signal<Who | null> = signal(null);
  readonly #isOpen: Signal<boolean> = signal(false);
  readonly #step: Signal<LoginStep> = signal({ kind: "ready" });
  readonly #problem: Signal<string> = signal("");
  #isAccepted = false;
  #isLeaving = false;
  #sessions = 0;

  constructor(needs: LoginNeeds) {
    this.#needs = needs;
  }

  /** Nothing can be shown before somebody has logged in. */
  get isNeeded(): ReadonlySignal<boolean> {
    return this.#isNeeded;
  }

  /** What ended the login there was; empty: there was none. */
  get why(): ReadonlySignal<string> {
    return this.#why;
  }

  /** Null: there are no logins, or it is not known yet. */
  get who(): ReadonlySignal<Who | null> {
    return this.#who;
  }

  /** There are no logins: everybody is the same one. */
  get isOpen(): ReadonlySignal<boolean> {
    return this.#isOpen;
  }

  get step(): ReadonlySignal<LoginStep> {
    return this.#step;
  }

  /** Why somebody is still logged in who wanted to leave; empty: nothing is wrong. */
  get problem(): ReadonlySignal<string> {
    return this.#problem;
  }

  async logIn(token: string): Promise<void> {
    if (this.#step.value.kind === "sent") return;
    this.#step.value = { kind: "sent" };
    try {
      await this.#needs.fetchJson("login", { ...POST_JSON, body: JSON.stringify({ token }) });
    } catch (error) {
      this.#step.value = this.#refusal(error);
      return;
    }
    this.#isAccepted = true;
    this.#needs.announce();
    this.#needs.connect();
  }

  async logOut(): Promise<void> {
    this.#problem.value = "";
    this.#isLeaving = true;
    try {
      await this.#needs.fetchJson("logout", POST_JSON);
      const { role, user } = await this.#root();
      if (role === null) this.#needs.needLogin(LEFT);
      else {
        this.#problem.value = `You are still ${user}: what is before katgate says so. Log out there.`;
      }
    } catch (error) {
      this.#problem.value = `You are still logged in: ${textOf(error)}.`;
    } finally {
      this.#isLeaving = false;
    }
  }

  /** Somebody has logged in on another page of this browser. */
  onElsewhere(): void {
    if (this.#isNeeded.value) this.#needs.connect();
  }

  onState(state: ConnectionState): void {
    switch (state.kind) {
      case "connected":
        return this.#begun();
      case "login-needed":
        return this.#ended(this.#isLeaving ? LEFT : state.reason);
      case "refused":
      case "waiting":
        if (this.#isAccepted) this.#step.value = { kind: "ready" };
        return;
      case "connecting":
      case "closed":
        return;
      default:
        state satisfies never;
    }
  }

  #begun(): void {
    this.#isNeeded.value = false;
    this.#isAccepted = false;
    this.#step.value = { kind: "ready" };
    this.#problem.value = "";
    this.#sessions += 1;
    const session = this.#sessions;
    this.#root().then(
      ({ hasLogins, user, role, expires }) => {
        if (session !== this.#sessions) return;
        const isSomebody = hasLogins && user !== null && role !== null;
        this.#isOpen.value = !hasLogins;
        this.#who.value = isSomebody ? { user, role, expires } : null;
      },
      () => {}, // the connection says what is wrong
    );
  }

  #ended(why: string): void {
    const hadLogin = this.#sessions > 0;
    this.#sessions += 1;
    this.#who.value = null;
    if (this.#isAccepted) {
      this.#isAccepted = false;
      this.#step.value = { kind: "refused", detail: NO_COOKIE, isTokenBad: false };
    } else if (this.#step.value.kind === "refused" && !this.#step.value.isTokenBad) {
      this.#step.value = { kind: "ready" }; // katgate is there again
    }
    if (this.#isNeeded.value) return;
    // Katgate may have been started anew, or have thrown somebody out while the page was asleep.
    this.#why.value = why || (hadLogin ? ENDED : "");
    this.#isNeeded.value = true;
  }

  #refusal(error: unknown): LoginStep {
    if (error instanceof KatgateError && error.retryAfter_s !== null) {
      return { kind: "too-many", until: this.#needs.now() + error.retryAfter_s };
    }
    const isTokenBad = error instanceof KatgateError && error.problem.code === "unauthorized";
    return { kind: "refused", detail: textOf(error), isTokenBad };
  }

  async #root() {
    return parseRoot(await this.#needs.fetchJson("../v1"));
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
