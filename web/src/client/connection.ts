/**
 * A JSON-RPC session with katgate over a WebSocket that comes back by itself.
 *
 * It knows nothing of devices and sensors: calls go out and are matched with their answers,
 * notifications go to `listener`. The socket, the clock and chance come from outside.
 *
 *     connecting --hello--> connected --closed, or silent--> waiting --back-off--> connecting
 *          \------------------- closed with 4501-4999 -------------------> refused
 *          \------ a hello for nobody, or closed with 4500 ------> login-needed
 *
 * A hello for nobody is answered with a token, if there is one.
 *
 * Invariants: a socket exists if and only if connecting or connected; a call is in flight only
 * while connected. Calls in flight when the socket closes get no answer: they are told `lost`,
 * before the listener is told `onLost`.
 */
import { parseMessage, parseResult } from "../parse";
import type {
  Answer,
  CallId,
  CallOf,
  Hello,
  Method,
  Notification,
  Params,
  Problem,
  Word,
} from "../wire";
import { backOff_s } from "./back_off";
import type { Clock } from "./clock";

/** What a socket does by itself. After `closed` or `failed` nothing it says is listened to. */
export interface SocketEvents {
  received(text: string): void;
  closed(code: number, reason: string): void;
  failed(): void;
}

/** The part of a browser's WebSocket that is used. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface Listener {
  onState(state: ConnectionState): void;
  onHello(hello: Hello): void;
  onNotification(notification: Notification): void;
  /** `heardAt`: when katgate was last heard, on the clock that was given. */
  onLost(heardAt: number): void;
}

export interface Surroundings {
  readonly openSocket: (events: SocketEvents) => Socket;
  readonly clock: Clock;
  /** What to log in with, asked for at each hello for nobody; what it throws is told as a reason. */
  readonly token?: (() => Promise<string>) | undefined;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected"; readonly hello: Hello }
  /** `until` is on the clock that was given. */
  | { readonly kind: "waiting"; readonly until: number; readonly reason: string }
  | { readonly kind: "refused"; readonly reason: string }
  /** Nobody has logged in, or the login has ended. It does not come back before `connect`. */
  | { readonly kind: "login-needed"; readonly reason: string }
  /** By us. */
  | { readonly kind: "closed" };

/** An idle WebSocket is cut by common proxies after 30 to 60 s. */
const PING_PERIOD_S = 20;
/** Without anything coming in for so long after a ping, the other side is gone. */
const SILENCE_S = 10;
/** A session that lasted so long was a good one: the next back-off starts low again. */
const GOOD_SESSION_S = 5;

type AnyAnswer = { result: unknown } | { problem: Problem };

/** What the maker of a call hears: one `answer` or one `lost`, informs before it. */
export interface Caller<M extends Method> {
  readonly answer: (answer: Answer<M>) => void;
  readonly lost?: () => void;
  readonly inform?: (words: readonly Word[]) => void;
}

interface InFlight {
  readonly answer: (message: AnyAnswer) => void;
  readonly lost: (() => void) | undefined;
  readonly inform: ((words: readonly Word[]) => void) | undefined;
}

export class Connection {
  readonly #around: Surroundings;
  #state: ConnectionState = { kind: "connecting" };
  readonly #listener: Listener;
  readonly #inFlight = new Map<CallId, InFlight>();
  #socket: Socket | null = null;
  /** Counts sockets, made and dropped: events of an old one carry an old number. */
  #attempt = 0;
  #lastId: CallId = 0;
  #failures = 0;
  #connectedAt = 0;
  #heardAt: number;
  #isSilent = false;
  #cancelTimer: () => void = () => {};

  constructor(around: Surroundings, listener: Listener) {
    this.#around = around;
    this.#listener = listener;
    this.#heardAt = around.clock.now();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get isConnected(): boolean {
    return this.#state.kind === "connected";
  }

  /** Connect, unless there is a socket already. Also what a person's "try again" does. */
  connect(): void {
    if (this.#socket !== null) return;
    this.#setTimer(SILENCE_S, () => this.#lose("katgate does not answer"));
    const connecting: ConnectionState = { kind: "connecting" };
    this.#enter(connecting);
    if (this.#state !== connecting) return; // who heard of it wants otherwise
    this.#attempt += 1;
    const attempt = this.#attempt;
    const isCurrent = () => attempt === this.#attempt;
    try {
      this.#socket = this.#around.openSocket({
        received: (text) => void (isCurrent() && this.#receive(text)),
        closed: (code, reason) => isCurrent() && this.#closed(code, reason),
        failed: () => isCurrent() && this.#lose("the connection failed"),
      });
    } catch (error) {
      this.#lose(String(error)); // such as a page whose URL no WebSocket can be made of
    }
  }

  /** The network is back or the page is looked at again: find out now, not at the next timer. */
  nudge(): void {
    switch (this.#state.kind) {
      case "waiting":
      case "login-needed": // somebody may have logged in elsewhere
        return this.connect();
      case "connected":
        return this.#ping();
      case "connecting":
      case "refused":
      case "closed":
        return;
    }
  }

  /** Leave for good: no more attempts, until `connect` is called again. */
  close(): void {
    this.#leave({ kind: "closed" });
  }

  /** The login does not count any more: nothing goes on before there is another. */
  needLogin(reason: string): void {
    this.#leave({ kind: "login-needed", reason });
  }

  /** Call a method. Says whether it was: without a session it is not, and nobody is told. */
  call<M extends Method>(method: M, params: Params[M], caller?: Caller<M>): boolean {
    return this.isConnected && this.#call(method, params, caller);
  }

  #call<M extends Method>(method: M, params: Params[M], caller?: Caller<M>): boolean {
    if (this.#socket === null) return false;
    this.#lastId += 1;
    const id = this.#lastId;
    if (caller !== undefined) {
      this.#inFlight.set(id, {
        answer: (message) => caller.answer(toAnswer(method, message)),
        lost: caller.lost,
        inform: caller.inform,
      });
    }
    const call: CallOf<M> = { jsonrpc: "2.0", id, method, params };
    this.#socket.send(JSON.stringify(call));
    return true;
  }

  #receive(text: string): void {
    this.#isSilent = false;
    this.#heardAt = this.#around.clock.now();
    const message = parseMessage(text);
    switch (message.kind) {
      case "hello":
        return this.#greeted(message);
      case "result":
        return this.#answered(message.id, { result: message.result });
      case "error":
        if (message.id === null) return console.warn("katgate:", message.problem.detail);
        return this.#answered(message.id, { problem: message.problem });
      case "request.inform":
        return this.#inFlight.get(message.id)?.inform?.(message.words);
      case "readings":
      case "sensors":
      case "informs":
      case "devices":
      case "notice":
        return this.#listener.onNotification(message);
      case "ignored":
        return console.warn("katgate: message ignored:", message.why);
      default:
        return message satisfies never;
    }
  }

  #greeted(hello: Hello): void {
    if (hello.role !== null) return this.#begin(hello);
    const { token } = this.#around;
    if (token === undefined) return this.needLogin("");
    const attempt = this.#attempt;
    const isCurrent = () => attempt === this.#attempt;
    token().then(
      (text) => void (isCurrent() && this.#authenticate(hello, text)),
      (error) => void (isCurrent() && this.#lose(`no token: ${error}`)),
    );
  }

  #authenticate(hello: Hello, token: string): void {
    this.#call(
      "authenticate",
      { token },
      {
        answer: (answer) => {
          if (answer.ok) return this.#begin({ ...hello, ...answer.result });
          const { code, detail } = answer.problem;
          if (code === "unauthorized") this.needLogin(detail);
          else this.#lose(detail);
        },
      },
    );
  }

  #begin(hello: Hello): void {
    this.#connectedAt = this.#around.clock.now();
    this.#enter({ kind: "connected", hello });
    this.#setTimer(PING_PERIOD_S, () => this.#ping());
    this.#listener.onHello(hello);
  }

  #answered(id: CallId, message: AnyAnswer): void {
    const call = this.#inFlight.get(id);
    this.#inFlight.delete(id);
    call?.answer(message);
  }

  /** Any message after the ping shows that katgate lives, not only the answer to it. */
  #ping(): void {
    this.#isSilent = true;
    this.call("ping", {});
    this.#setTimer(SILENCE_S, () => {
      if (this.#isSilent) return this.#lose("katgate does not answer");
      this.#setTimer(PING_PERIOD_S - SILENCE_S, () => this.#ping());
    });
  }

  #closed(code: number, reason: string): void {
    if (code < 4500 || code > 4999) {
      this.#lose(reason || `the connection was closed (${code})`);
      return;
    }
    if (code === BAD_CREDENTIALS) return this.needLogin(reason);
    this.#leave({ kind: "refused", reason: reason || REFUSALS[code] || `code ${code}` });
  }

  #leave(state: ConnectionState): void {
    this.#drop();
    this.#enter(state);
    this.#listener.onLost(this.#heardAt);
  }

  #enter(state: ConnectionState): void {
    this.#state = state;
    this.#listener.onState(state);
  }

  #lose(reason: string): void {
    const { clock, random } = this.#around;
    const wasGood =
      this.#state.kind === "connected" && clock.now() - this.#connectedAt >= GOOD_SESSION_S;
    this.#drop();
    const delay_s = backOff_s(wasGood ? 0 : this.#failures, random());
    this.#failures = wasGood ? 1 : this.#failures + 1;
    // Before anybody hears of it: who closes then, or connects, means it.
    this.#setTimer(delay_s, () => this.connect());
    this.#enter({ kind: "waiting", until: clock.now() + delay_s, reason });
    this.#listener.onLost(this.#heardAt);
  }

  /** Let go of the socket. Its late events must not reach us: closing may take a minute. */
  #drop(): void {
    this.#cancelTimer();
    this.#attempt += 1;
    this.#socket?.close();
    this.#socket = null;
    const inFlight = [...this.#inFlight.values()];
    this.#inFlight.clear();
    for (const call of inFlight) call.lost?.();
  }

  /** There is one timer: for the hello, the next ping, its answer, or the next attempt. */
  #setTimer(delay_s: number, callBack: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#around.clock.after(delay_s, callBack);
  }
}

const BAD_CREDENTIALS = 4500;

const REFUSALS: Readonly<Record<number, string>> = {
  4501: "not allowed",
  4502: "too many connections",
};

function toAnswer<M extends Method>(
  method: M,
  message: { result: unknown } | { problem: Problem },
): Answer<M> {
  if ("problem" in message) return { ok: false, problem: message.problem };
  const result = parseResult(method, message.result);
  if (result !== null) return { ok: true, result };
  return {
    ok: false,
    problem: unreadable(method),
  };
}

function unreadable(method: Method): Problem {
  const detail = `katgate's answer to ${method} is unreadable`;
  return { code: "", detail, reply: null, elapsed_s: null };
}
