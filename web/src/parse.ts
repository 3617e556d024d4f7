/**
 * From what came over the wire to the types of `wire.ts`. Nothing is believed unseen.
 *
 * A message that lacks what it cannot do without becomes `ignored`; a bad row or entry is left
 * out and the rest kept; what is only for show gets an empty text.
 */
import type {
  Authenticated,
  Devices,
  Hello as HelloJson,
  Informs as InformsJson,
  Notice as NoticeJson,
  ResultJson,
  RootJson,
  RpcError,
  Subscribed,
} from "./generated";
import {
  device,
  inform,
  informOf,
  readings,
  requestAbout,
  sensor,
  textPair,
  word,
} from "./parse_nouns";
import {
  type AnyFields,
  asNumber,
  asText,
  each,
  type Fields,
  isFields,
  isNumber,
  isSubId,
  textOrNull,
} from "./parse_parts";
import type {
  Inform,
  Method,
  Problem,
  RequestAbout,
  Results,
  Root,
  Sensor,
  ServerMessage,
  Standing,
} from "./wire";

/** Read one text frame. Never throws. */
export function parseMessage(text: string): ServerMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return ignored("not JSON");
  }
  if (!isFields(message)) return ignored("not an object");
  if (typeof message.method === "string") return notification(message.method, message.params);
  if (isFields(message.error)) {
    const id = typeof message.id === "number" ? message.id : null;
    return { kind: "error", id, problem: problem(message.error) };
  }
  if (typeof message.id === "number") {
    return { kind: "result", id: message.id, result: message.result };
  }
  return ignored("neither call nor answer");
}

/** Read the answer to `GET devices/{device}/requests`. */
export function parseRequests(answer: unknown): RequestAbout[] {
  return isFields(answer) ? each(answer.requests, requestAbout) : [];
}

/** Read the answer to `GET devices/{device}/sensors`. */
export function parseSensors(answer: unknown): Sensor[] {
  return isFields(answer) ? each(answer.sensors, sensor) : [];
}

/** Read the answer to `GET devices/{device}/informs`. */
export function parseInforms(device: string, answer: unknown): Inform[] {
  return isFields(answer) ? each(answer.informs, (entry) => informOf(device, entry)) : [];
}

/** Read the answer to `GET /api/v1`. */
export function parseRoot(answer: unknown): Root {
  const root = isFields<RootJson>(answer) ? answer : {};
  return {
    hasLogins: root.login === true,
    user: textOrNull(root.user),
    role: textOrNull(root.role),
    expires: asNumber(root.expires),
  };
}

/** Read problem details, as REST answers them. */
export function parseProblem(details: unknown): Problem {
  const message = isFields(details) ? asText(details.title) : "";
  return problem({ message, data: details });
}

/** Read the result of a call, or null if it is not what the contract says. */
export function parseResult<M extends Method>(method: M, result: unknown): Results[M] | null {
  return RESULTS[method](result);
}

const RESULTS: { [M in Method]: (result: unknown) => Results[M] | null } = {
  "devices.subscribe": (result) => {
    if (!isFields<Devices>(result) || !isSubId(result.sub)) return null;
    return { sub: result.sub, devices: each(result.devices, device) };
  },
  "sensors.subscribe": (result) => {
    const stands = standing(result);
    if (stands === null || !isFields<Subscribed>(result)) return null;
    return { ...stands, sensors: each(result.sensors, sensor), hasMore: result.more === true };
  },
  "informs.subscribe": standing,
  request: (result) => {
    if (!isFields<ResultJson>(result)) return null;
    const duration_s = asNumber(result.duration) ?? 0;
    return { arguments: each(result.arguments, word), duration_s };
  },
  unsubscribe: () => ({}),
  authenticate: (result) => {
    if (!isFields<Authenticated>(result) || typeof result.role !== "string") return null;
    return { user: asText(result.user), role: result.role };
  },
  ping: () => ({}),
};

function standing(result: unknown): Standing | null {
  if (!isFields<Subscribed>(result) || !isSubId(result.sub) || !isNumber(result.seq)) return null;
  const isResumed = result.resumed === true;
  return { sub: result.sub, epoch: asText(result.epoch), seq: result.seq, isResumed };
}

function notification(method: string, params: unknown): ServerMessage {
  if (!isFields(params)) return ignored(`${method} without params`);
  switch (method) {
    case "hello":
      return hello(params);
    case "readings":
      return readingsFrame(params);
    case "sensors":
      if (!isSubId(params.sub)) return ignored("sensors without sub");
      return {
        kind: "sensors",
        sub: params.sub,
        added: each(params.added, sensor),
        removed: each(params.removed, textPair),
      };
    case "informs":
      return informs(params);
    case "request.inform":
      if (!isNumber(params.id)) return ignored("request.inform without id");
      return { kind: "request.inform", id: params.id, words: each(params.inform, word) };
    case "devices":
      return devicesChange(params);
    case "notice":
      return notice(params);
    default:
      return ignored(`method ${method}`);
  }
}

function hello(params: Fields<HelloJson>): ServerMessage {
  if (!isNumber(params.time)) return ignored("hello without time");
  return {
    kind: "hello",
    version: asText(params.version),
    epoch: asText(params.epoch),
    time: params.time,
    user: textOrNull(params.user),
    role: textOrNull(params.role),
  };
}

/** What katgate's encoder writes: no struct of the API stands for it. */
function readingsFrame(params: AnyFields): ServerMessage {
  if (!isSubId(params.sub)) return ignored("readings without sub");
  return {
    kind: "readings",
    sub: params.sub,
    seq: asNumber(params.seq),
    from: asNumber(params.from) ?? asNumber(params.seq),
    isSnapshot: params.snapshot === true,
    hasMore: params.more === true,
    conflated: asNumber(params.conflated) ?? 0,
    devices: readings(params.readings),
  };
}

function informs(params: Fields<InformsJson>): ServerMessage {
  if (!isSubId(params.sub)) return ignored("informs without sub");
  if (!isNumber(params.seq)) return ignored("informs without seq");
  return {
    kind: "informs",
    sub: params.sub,
    seq: params.seq,
    informs: each(params.informs, inform),
    dropped: asNumber(params.dropped) ?? 0,
  };
}

function devicesChange(params: Fields<Devices>): ServerMessage {
  if (!isSubId(params.sub)) return ignored("devices without sub");
  return {
    kind: "devices",
    sub: params.sub,
    devices: each(params.devices, device),
    removed: each(params.removed, textOrNull),
  };
}

function notice(params: Fields<NoticeJson>): ServerMessage {
  return {
    kind: "notice",
    level: asText(params.level),
    code: asText(params.code),
    detail: asText(params.detail),
  };
}

function problem(error: Fields<RpcError>): Problem {
  const details = isFields(error.data) ? error.data : {};
  const message = asText(error.message) || "katgate gave no reason";
  return {
    code: asText(details.code),
    detail: asText(details.detail) || message,
    reply: textOrNull(details.reply),
    elapsed_s: asNumber(details.elapsed),
  };
}

function ignored(why: string): ServerMessage {
  return { kind: "ignored", why };
}
