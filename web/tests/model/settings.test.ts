import { expect, test } from "vitest";
import { Settings, type Store } from "../../src/model/settings";

function storeOf(text: string | null): Store & { text: string | null } {
  return {
    text,
    getItem() {
      return this.text;
    },
    setItem(_key, value) {
      this.text = value;
    },
  };
}

function shown({ theme, timeZone, columns, widths }: Settings) {
  return [theme.value, timeZone.value, columns.value.join(" "), widths.value];
}

const USUAL = shown(new Settings(storeOf(null)));

test.each([
  "",
  "{",
  "null",
  "7",
  '"dark"',
  "[]",
  '{"theme":"pink","timeZone":1,"columns":"value","widths":[]}',
  '{"theme":null,"columns":null,"widths":null}',
  '{"widths":{"value":"wide","age":null}}',
])("from %j, which is of no use, come the usual ones", (text) => {
  expect(shown(new Settings(storeOf(text)))).toEqual(USUAL);
});

test("what was chosen is there the next time", () => {
  const store = storeOf(null);
  const settings = new Settings(store);
  settings.theme.value = "dark";
  settings.timeZone.value = "local";
  settings.columns.value = ["value", "age"];
  settings.widths.value = { value: 120 };
  expect(shown(new Settings(store))).toEqual(["dark", "local", "value age", { value: 120 }]);
});

test("columns are in their own order, without those there are not", () => {
  const settings = new Settings(storeOf('{"columns":["age","colour","value","age"]}'));
  expect(settings.columns.value).toEqual(["value", "age"]);
});

test.each([-5, 0, 1e9])(
  "a width of %d px hides a column or the table: it is not taken",
  (width) => {
    const settings = new Settings(storeOf(JSON.stringify({ widths: { value: width, age: 90 } })));
    expect(settings.widths.value).toEqual({ age: 90 });
  },
);

test("a browser that keeps nothing has them as long as the page is open", () => {
  const refuse = () => {
    throw new Error("denied");
  };
  const settings = new Settings({ getItem: refuse, setItem: refuse });
  settings.theme.value = "dark";
  expect(shown(settings)).toEqual(["dark", ...USUAL.slice(1)]);
});
