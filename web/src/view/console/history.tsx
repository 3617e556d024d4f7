/** What was sent from this page, newest first. */
import { useEffect, useRef, useState } from "preact/hooks";
import { useDashboard, useReadings } from "../dashboard_context";
import { count } from "../format";
import { SentRequest } from "./sent_request";

/** More at once nobody reads, and each may have hundreds of informs. */
const SHOWN = 20;

export function History() {
  const { console, now } = useDashboard();
  useReadings();
  const [shown, setShown] = useState(SHOWN);
  if (console.isWaiting) now.value; // elapsed times move on
  const { entries } = console;
  const list = useNewestInView(entries[0]?.key);
  if (entries.length === 0) return null;
  return (
    <section class="history" aria-labelledby="history-title">
      <div class="detail-head">
        <h2 id="history-title">Sent from this page</h2>
        <button type="button" onClick={() => console.clear()}>
          Clear
        </button>
      </div>
      <ol ref={list}>
        {entries.slice(0, shown).map((entry) => (
          <SentRequest key={entry.key} entry={entry} />
        ))}
      </ol>
      {entries.length > shown && (
        <button type="button" onClick={() => setShown(shown + SHOWN)}>
          {count(entries.length - shown)} older
        </button>
      )}
    </section>
  );
}

/** Who has sent something wants to see what becomes of it. */
function useNewestInView(newest: number | undefined) {
  const list = useRef<HTMLOListElement>(null);
  const known = useRef(newest);
  useEffect(() => {
    if (newest !== undefined && newest !== known.current) {
      list.current?.firstElementChild?.scrollIntoView({ block: "nearest" });
    }
    known.current = newest;
  }, [newest]);
  return list;
}
