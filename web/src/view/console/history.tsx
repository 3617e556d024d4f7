/** What was sent from this page, newest first. */
import { useState } from "preact/hooks";
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
  if (entries.length === 0) return null;
  return (
    <section class="history" aria-labelledby="history-title">
      <div class="detail-head">
        <h2 id="history-title">Sent from this page</h2>
        <button type="button" onClick={() => console.clear()}>
          Clear
        </button>
      </div>
      <ol>
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
