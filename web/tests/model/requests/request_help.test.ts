/** Help texts as the servers of several libraries give them, shortened where it does not matter. */
import { describe, expect, test } from "vitest";
import {
  type Field,
  oddness,
  requestForm,
  textsOfForm,
  wordsOfForm,
} from "../../../src/model/requests/request_help";
import { asTyped, typedWords } from "../../../src/model/words";

/** `name` `[optional]` `repeated...` `name:kind` `name{a|b}`: a form in short. */
function shortForm(name: string, help: string): string {
  const { fields, source } = requestForm(name, help);
  return [source, ...fields.map(short)].join(" ");
}

function short({ name, kind, choices, isOptional, isRepeated }: Field): string {
  const typed = kind === "text" ? name : `${name}:${kind}`;
  const among = choices.length === 0 ? typed : `${typed}{${choices.join("|")}}`;
  const many = isRepeated ? `${among}...` : among;
  return isOptional ? `[${many}]` : many;
}

describe("katgate's own device servers", () => {
  test.each([
    ["halt", "Stop the device: `?halt`.", "usage"],
    ["help", "Describe requests: `?help [name]`.\n\nInforms: `#help name text`.", "usage [name]"],
    [
      "slew",
      "Point the antenna, in degrees: `?slew azimuth elevation`. It takes long.\n\nInforms: `#slew azimuth elevation`.\n\n    ?slew[1] 40 60\n    #slew[1] 30.0 70.0\n    !slew[1] ok 40.0 60.0\n\nFails if another `?slew`, `?stow`, `?track` or `?stop` comes before.",
      "usage azimuth elevation",
    ],
    [
      "gain",
      "Ask for or set the gain: `?gain input [value]`, from 0 to 1000.\n\n?gain[1] m000h 1.5\n!gain[1] ok 1.5",
      "usage input [value]",
    ],
    ["sensor-list", "List sensors: `?sensor-list [name or /regex/]`.", "usage [name]"],
    [
      "sensor-sampling",
      "Strategy: `?sensor-sampling name[,name...] [strategy [params]]`.",
      "usage name [strategy] [params]",
    ],
  ])("?%s", (name, help, form) => expect(shortForm(name, help)).toBe(form));
});

describe("tcpborphserver and its kin: one line, usage in parentheses", () => {
  test.each([
    ["status", "is it programmed (?status)", "usage"],
    ["progdev", "program it (?progdev [filename])", "usage [filename]"],
    [
      "register",
      "name a location (?register name position bit-offset length)",
      "usage name position bit-offset length",
    ],
    [
      "saveremote",
      "upload (?saveremote port filename [length [timeout]])",
      "usage port filename [length] [timeout]",
    ],
    ["wordwrite", "write words (?wordwrite name index value+)", "usage name index value..."],
    [
      "wordread",
      "read words (?wordread name word-offset:bit-offset word-count)",
      "usage name word-offset:bit-offset word-count",
    ],
    ["listdev", "list registers (?listdev [size|detail]", "usage [size|detail{size|detail}]"], // never closed
    [
      "tap-start",
      "start (?tap-start (?tap-start tap-device register-name ip-address [port [mac [gateway]]])",
      "usage tap-device register-name ip-address [port] [mac] [gateway]",
    ],
    [
      "tap-ip-config",
      "set (?tap-ip-config register-name ip-address[/subnet-size] gateway)",
      "usage register-name ip-address gateway",
    ],
    [
      "tap-multicast-add",
      "join (?tap-multicast-add tap-name [recv|send] multicast-address+hosts",
      "nothing",
    ], // what follows an optional one
    ["tap-route-add", "add a route (?tap-route tap-name gateway network mask", "nothing"], // another name
    ["meta", "more of the design(key parent field value)", "nothing"],
    ["chassis-start", "initialise chassis interface", "nothing"],
  ])("?%s", (name, help, form) => expect(shortForm(name, help)).toBe(form));
});

const IN_SECTIONS = `Configure or query the way a sensor is sampled.

        Parameters
        ----------
        names : str
            One or more names of sensors.

            Several are apart by commas.
        strategy : {'none', 'auto', 'event', 'differential',
                    'period', 'event-rate'}, optional
            Type of strategy.
        params : list of str, optional
            Additional parameters: as many as it takes.

        Informs
        -------
        timestamp : float
            Of the reading.

        Returns
        -------
        success : {'ok', 'fail'}
            Whether it succeeded.

        Examples
        --------
        ::

            ?sensor-sampling cpu.power.on
            !sensor-sampling ok cpu.power.on none
`;

describe("katcp-python: sections with underlined headings", () => {
  test("parameters with their types, choices over two lines, and what is optional", () => {
    expect(shortForm("sensor-sampling", IN_SECTIONS)).toBe(
      "parameters names [strategy{none|auto|event|differential|period|event-rate}] [params...]",
    );
    expect(requestForm("sensor-sampling", IN_SECTIONS).fields[0]?.note).toBe(
      "One or more names of sensors. Several are apart by commas.",
    );
  });

  test("sections, but none of parameters: it takes none", () => {
    const help =
      "Stop.\n\n        Returns\n        -------\n        success : {'ok', 'fail'}\n            Whether.\n\n        Examples\n        --------\n        ::\n\n            ?halt\n            !halt ok\n";
    expect(shortForm("halt", help)).toBe("parameters");
  });

  test.each([
    ["n : int\n    How many.", "parameters n:integer"],
    ["x : float, optional\n    It.", "parameters [x:float]"],
    ["on : bool\n", "parameters on:boolean"],
    ["mode : {1, 2}\n", "parameters mode{1|2}"],
    ["mode : {see below}\n", "parameters mode"],
    ["a : str, optional\nb : str\n", "nothing"], // cannot be told apart by place
    ["first, an explanation\n", "nothing"],
  ])("%j", (list, form) => {
    expect(shortForm("x", `Do it.\n\nParameters\n----------\n${list}`)).toBe(form);
  });
});

describe("others", () => {
  test.each([
    ["set", "Set a sensor: ?set name value [status].", "usage name value [status]"],
    ["set", "?set name value...\nSet some.", "usage name value..."],
    ["set", "Usage: ?set <name> <value>", "usage name value"],
    ["set", "Usage:\n  ?set name\n", "usage name"],
    ["set", "?set name - sets it", "usage name"],
    ["set", "`?set name [value ...]`", "usage name [value...]"],
    ["echo", "Give back what was said.", "nothing"],
    ["echo", "", "nothing"],
    ["set", "Use ?set to do so. A ?set may fail.", "nothing"],
    ["set", "When done,\n?set may be sent again", "nothing"],
    ["set", "?set may be sent at any time", "nothing"],
    ["set", "?set x 0.5", "nothing"], // an example, not a usage
    ["set", "?set a\n!set ok", "nothing"], // a dialogue
    ["set", "One: `?set name`. Or two: `?set name value`.", "nothing"], // which?
    ["set", "`?set name` or `?set *(&^`", "usage name"],
    ["set", "`?set-all name`", "nothing"],
    ["set", "`?set name=value`", "nothing"],
    ["set", `\`?set ${"[a ".repeat(40)}\``, "nothing"],
  ])("?%s %j", (name, help, form) => expect(shortForm(name, help)).toBe(form));

  test("20 kB of anything are read in no time", () => {
    const before = performance.now();
    for (const filler of [
      "[",
      "?x ",
      "?x [",
      "x : {",
      "Parameters\n---\n",
      "`?x a",
      "a[".repeat(8),
    ]) {
      requestForm("x", filler.repeat(20_000 / filler.length));
    }
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe("what is filled in", () => {
  const { fields } = requestForm("x", "`?x first [second [others...]]`");
  test.each([
    [["1"], ["1"]],
    [
      ["1", "2", '3 "4 5"'],
      ["1", "2", "3", "4 5"],
    ],
    [["two words", ""], ["two words"]],
  ])("%j", (texts, words) => {
    expect(wordsOfForm(fields, texts, typedWords)).toEqual({ ok: true, words });
  });

  test.each([
    [[""], "first is missing"],
    [["1", "", "3"], "others can only be given with second before it"],
    [["1", "2", '"3'], "others: the quote"],
  ])("%j cannot be sent", (texts, why) => {
    const words = wordsOfForm(fields, texts, typedWords);
    expect(words.ok ? "" : words.why).toContain(why);
  });

  test.each([
    ["integer", "12", null],
    ["integer", "0x1F", null],
    ["integer", "1.5", "not a whole number"],
    ["float", "1e-3", null],
    ["float", "nan", null],
    ["float", "1,5", "not a number"],
    ["text", "1,5", null],
  ] as const)("a %s %j: %s", (kind, text, odd) => {
    const field: Field = {
      name: "n",
      kind,
      choices: [],
      isOptional: false,
      isRepeated: false,
      note: "",
    };
    expect(oddness(field, text)).toBe(odd);
  });
});

describe("the texts of the fields that give these arguments", () => {
  const { fields } = requestForm("x", "`?x first [others...]`");
  const { fields: one } = requestForm("x", "`?x only`");

  test.each([[["1"]], [["1", "2 3", ""]], [['"', "\\"]]])("%j, and back", (words) => {
    const texts = textsOfForm(fields, words, asTyped);
    expect(texts).not.toBeNull();
    expect(wordsOfForm(fields, texts ?? [], typedWords)).toEqual({ ok: true, words });
  });

  test.each([
    [fields, ["", "2"]], // an empty text is a field that is not given
    [one, ["1", "2"]],
  ])("there are none (%#)", (some, words) => {
    expect(textsOfForm(some, words, asTyped)).toBeNull();
  });
});
