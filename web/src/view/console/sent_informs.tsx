/** The informs of a request, a few at once; all that are kept when somebody wants them. */
import { useState } from "preact/hooks";
import type { InformsKept } from "../../model/informs_kept";
import { wordText } from "../../model/words";
import type { Word } from "../../wire";
import { useReadings } from "../dashboard_context";
import { count } from "../format";

const SHOWN = 10;

interface Props {
  readonly informs: InformsKept;
  /** Those that came before the page was loaded anew. */
  readonly gone: number;
}

export function SentInforms({ informs, gone }: Props) {
  useReadings(); // the same object gets more of them
  const [isWhole, setIsWhole] = useState(false);
  if (informs.count === 0) {
    return gone === 0 ? null : <p class="sent-note">{count(gone)} informs, not kept</p>;
  }
  const first = isWhole ? informs.first : informs.first.slice(0, SHOWN);
  const left = informs.count - first.length;
  return (
    <>
      <Table informs={first} />
      {isWhole && informs.notKept > 0 && (
        <p class="sent-note">{count(informs.notKept)} informs in between are not kept</p>
      )}
      {isWhole && <Table informs={informs.last} />}
      {!isWhole && left > 0 && (
        <button type="button" onClick={() => setIsWhole(true)}>
          {count(left)} more
        </button>
      )}
    </>
  );
}

function Table({ informs }: { informs: readonly (readonly Word[])[] }) {
  return (
    <ul class="sent-informs">
      {informs.map(([name, ...words], position) => (
        <li key={position} data-reply-inform>
          <b>#{wordText(name ?? "")}</b> {words.map(wordText).join(" ")}
        </li>
      ))}
    </ul>
  );
}
