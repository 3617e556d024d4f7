/** The filter text; `/` from anywhere on the page leads here, Escape empties it. */
import { useEffect, useRef } from "preact/hooks";
import { useDashboard } from "../dashboard_context";
import { isTyping } from "../is_typing";

const HINT = `Words that must all hold: part of the name, description or units; a glob such as *.temp;
a regular expression such as /^f0[0-3]/; a status such as warn; status:abnormal.`;

export function FilterBox({ problem }: { problem: string | null }) {
  const { location } = useDashboard();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (document.querySelector("dialog[open]") !== null) return;
      if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      event.preventDefault();
      box.current?.focus();
      box.current?.select();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return (
    <input
      ref={box}
      type="search"
      class="filter"
      aria-label="Filter sensors"
      aria-keyshortcuts="/"
      aria-invalid={problem !== null}
      placeholder="filter: temp  *.temp  /regex/  warn   ( / )"
      title={HINT}
      autocomplete="off"
      spellcheck={false}
      value={location.get("filter")}
      onInput={(event) => location.replace({ filter: event.currentTarget.value })}
      onKeyDown={(event) => event.key === "Escape" && location.replace({ filter: null })}
    />
  );
}
