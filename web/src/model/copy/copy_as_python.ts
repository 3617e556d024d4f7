/** Python programs that do what is seen: REST by the standard library, streams by `websockets`. */
import { bodyOf, callOf, plainJson, restUrl, type Seen, socketUrl } from "./seen";

/** `hasLogins`: with the token that the variable KATGATE_TOKEN has. */
export function programFor(seen: Seen, base: string, hasLogins: boolean): string {
  switch (seen.kind) {
    case "sensor":
      return get(seen, base, hasLogins);
    case "request":
      return post(seen, base, hasLogins);
    case "selection":
      return follow(seen, base, "readings", hasLogins);
    case "informs":
      return follow(seen, base, "informs", hasLogins);
    default:
      return seen satisfies never;
  }
}

/** A token comes from outside: what is copied goes into chats and notebooks. */
const TOKEN = `{"Authorization": "Bearer " + os.environ["KATGATE_TOKEN"]}`;

function get(seen: Seen, base: string, hasLogins: boolean): string {
  return program(
    "import json",
    ...(hasLogins ? ["import os"] : []),
    "import urllib.request",
    "",
    `url = ${literal(restUrl(seen, base))}`,
    ...(hasLogins
      ? [
          `request = urllib.request.Request(url, headers=${TOKEN})`,
          "with urllib.request.urlopen(request) as response:",
        ]
      : ["with urllib.request.urlopen(url) as response:"]),
    "    answer = json.load(response)",
    'print(answer["name"], answer["reading"])',
  );
}

function post(seen: Seen & { kind: "request" }, base: string, hasLogins: boolean): string {
  const timeout_s = seen.timeout_s;
  return program(
    "import json",
    ...(hasLogins ? ["import os"] : []),
    "import urllib.error",
    "import urllib.request",
    "",
    `url = ${literal(restUrl(seen, base))}`,
    `body = ${literal(bodyOf(seen))}`,
    "request = urllib.request.Request(",
    "    url,",
    "    data=json.dumps(body).encode(),",
    '    headers={"Content-Type": "application/json"},',
    ")",
    ...(hasLogins
      ? ['request.add_header("Authorization", "Bearer " + os.environ["KATGATE_TOKEN"])']
      : []),
    "try:",
    `    with urllib.request.urlopen(request${timeout_s === null ? "" : `, timeout=${timeout_s + 5}`}) as response:`,
    "        answer = json.load(response)",
    "except urllib.error.HTTPError as error:",
    '    raise SystemExit(json.load(error)["detail"]) from None',
    'for inform in answer["informs"]:',
    '    print("#", *inform)',
    'print("ok", *answer["arguments"])',
  );
}

function follow(
  seen: Seen,
  base: string,
  method: "readings" | "informs",
  hasLogins: boolean,
): string {
  const told =
    method === "readings"
      ? [
          '        for device, rows in message["params"]["readings"].items():',
          "            for sensor, timestamp, status, value, *_ in rows:",
          "                print(device, sensor, timestamp, status, value, flush=True)",
        ]
      : [
          '        for device, time, name, *arguments in message["params"]["informs"]:',
          "            print(device, time, name, *arguments, flush=True)",
        ];
  return program(
    "import json",
    ...(hasLogins ? ["import os"] : []),
    "",
    "from websockets.sync.client import connect  # pip install websockets",
    "",
    `url = ${literal(socketUrl(base))}`,
    `call = ${literal(callOf(seen))}`,
    ...(hasLogins
      ? [
          `headers = ${TOKEN}`,
          'with connect(url, subprotocols=["katgate.v1"], additional_headers=headers) as socket:',
        ]
      : ['with connect(url, subprotocols=["katgate.v1"]) as socket:']),
    "    socket.send(json.dumps(call))",
    "    for message in map(json.loads, socket):",
    '        if "error" in message:',
    '            raise SystemExit(message["error"]["data"]["detail"])',
    `        if message.get("method") != "${method}":`,
    "            continue",
    ...told,
  );
}

function program(...lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}

/** JSON's texts, numbers, lists and objects are Python's, too; true, false and null do not occur. */
function literal(value: unknown): string {
  return plainJson(value);
}
