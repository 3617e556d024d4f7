/** What the chosen device can be asked: fetched when it is chosen, and again when it has changed. */
import { type Signal, signal } from "@preact/signals";
import type { RequestAbout } from "../../wire";

export type RequestsState =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly detail: string }
  | { readonly kind: "known"; readonly requests: readonly RequestAbout[] };

export class RequestList {
  readonly state: Signal<RequestsState> = signal({ kind: "loading" });
  readonly #fetch: (device: string) => Promise<readonly RequestAbout[]>;
  #device: string | null = null;
  #turn = 0;

  /** `fetch` rejects with an Error whose message is for people. */
  constructor(fetch: (device: string) => Promise<readonly RequestAbout[]>) {
    this.#fetch = fetch;
  }

  /** What is known of the same device stays until the answer is there, or if there is none. */
  async load(device: string): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    if (device !== this.#device) this.state.value = { kind: "loading" };
    this.#device = device;
    let state: RequestsState;
    try {
      const requests = await this.#fetch(device);
      const sorted = [...requests].sort((one, other) => (one.name < other.name ? -1 : 1));
      state = { kind: "known", requests: sorted };
    } catch (error) {
      state = { kind: "failed", detail: error instanceof Error ? error.message : String(error) };
    }
    const isKept = state.kind === "failed" && this.state.value.kind === "known";
    if (turn === this.#turn && !isKept) this.state.value = state;
  }
}

/** Those whose name or help has all the words that were typed; by name first. */
export function foundRequests(
  requests: readonly RequestAbout[],
  typed: string,
): readonly RequestAbout[] {
  const words = typed.toLowerCase().replace(/^\?/, "").split(/\s+/).filter(Boolean);
  if (words.length === 0) return requests;
  const has = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const byName = requests.filter(({ name }) => has(name));
  const byHelp = requests.filter(
    (request) => !byName.includes(request) && has(`${request.name} ${request.description}`),
  );
  return [...byName, ...byHelp];
}
