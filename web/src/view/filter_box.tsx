/** The filter text; `/` from anywhere on the page leads here, Escape empties it. */
import { useEffect, useRef } from "preact/hooks";
import { useDashboard } from "./dashboard_context";

export function FilterBox() {
  const { location } = useDashboard();
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
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
      aria-label="Filter sensors by name"
      aria-keyshortcuts="/"
      placeholder="filter: part of a name, *.temp, status:warn   ( / )"
      title="Part of a name, a glob with *, status:warn or status:abnormal; several words must all hold"
      autocomplete="off"
      spellcheck={false}
      value={location.place.value.filter}
      onInput={(event) => location.replace({ filter: event.currentTarget.value })}
      onKeyDown={(event) => event.key === "Escape" && location.replace({ filter: "" })}
    />
  );
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
