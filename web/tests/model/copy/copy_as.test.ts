import { expect, test } from "vitest";
import { copyAs, FORMS, shellWord } from "../../../src/model/copy/copy_as";
import type { Seen } from "../../../src/model/copy/seen";

const BASE = "https://site.example/katgate/?x=1#page=log";

function seenOf(name: string): Seen[] {
  return [
    { kind: "sensor", device: name, sensor: name },
    { kind: "selection", device: name, sensors: [name, "b"], strategy: "event-rate 1 5" },
    {
      kind: "request",
      device: name,
      request: name,
      arguments: [name, ""],
      timeout_s: 2.5,
      isConfirmed: true,
    },
    { kind: "informs", device: name, names: [name], level: "warn" },
  ];
}

test("the page's own address and prefix, without its query and hash", () => {
  const seen = seenOf("cbf");
  expect(seen.map((one) => copyAs("curl", one, BASE))).toEqual([
    "curl -sS 'https://site.example/katgate/api/v1/devices/cbf/sensors/cbf'",
    "curl -sSN 'https://site.example/katgate/api/v1/stream?device=cbf&sensors=cbf&sensors=b&strategy=event-rate%201%205'",
    `curl -sS -H 'Content-Type: application/json' --data-binary '{"arguments":["cbf",""],"timeout":2.5,"confirm":"cbf"}' 'https://site.example/katgate/api/v1/devices/cbf/requests/cbf'`,
    "curl -sS 'https://site.example/katgate/api/v1/devices/cbf/informs?limit=1000&name=cbf&level=warn'",
  ]);
  const [sensor] = seen;
  expect(sensor && copyAs("wscat", sensor, BASE)).toBe(
    `npx wscat -s katgate.v1 -w -1 -c 'wss://site.example/katgate/api/v1/ws' -x '{"jsonrpc":"2.0","id":1,"method":"sensors.subscribe","params":{"device":"cbf","sensors":["cbf"],"strategy":"event"}}'`,
  );
});

test("with logins each takes the token from a variable, which nothing else is changed by", () => {
  const token = ' -H "Authorization: Bearer $KATGATE_TOKEN"';
  for (const seen of seenOf("cbf")) {
    const curl = copyAs("curl", seen, BASE, true);
    expect(curl.startsWith(`curl -sS${seen.kind === "selection" ? "N" : ""}${token} `)).toBe(true);
    expect(curl.replace(token, "")).toBe(copyAs("curl", seen, BASE));
    const wscat = copyAs("wscat", seen, BASE, true);
    expect(wscat.startsWith(`npx wscat -s katgate.v1${token} `)).toBe(true);
    expect(wscat.replace(token, "")).toBe(copyAs("wscat", seen, BASE));
    expect(copyAs("Python", seen, BASE, true)).toContain('os.environ["KATGATE_TOKEN"]');
    expect(copyAs("Python", seen, BASE)).not.toContain("TOKEN");
  }
});

test("without names, level, timeout and confirmation nothing is said of them", () => {
  const informs: Seen = { kind: "informs", device: "m*", names: [], level: null };
  expect(copyAs("wscat", informs, BASE)).toContain('"params":{"device":"m*"}');
  const request: Seen = {
    kind: "request",
    device: "a",
    request: "halt",
    arguments: [],
    timeout_s: null,
    isConfirmed: false,
  };
  expect(copyAs("curl", request, BASE)).toContain(`--data-binary '{"arguments":[]}'`);
});

test.each([
  ["plain", "'plain'"],
  ["it's", "'it'\\''s'"],
  ["", "''"],
  ['$(id) `id` "\\', `'$(id) \`id\` "\\'`],
])("as a word of a shell: %j", (text, word) => expect(shellWord(text)).toBe(word));

test("all that is in names can be seen, and halves of characters do no harm", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  const unseen = /[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u200b\u202e\ud800-\udfff]/;
  for (const name of ["\u202egnp", "a\u0000b", "\ud83d", "\u200b", "\u0085", "\u001b[2J"]) {
    for (const seen of seenOf(name)) {
      for (const form of FORMS) expect(copyAs(form, seen, BASE)).not.toMatch(unseen);
    }
  }
});
