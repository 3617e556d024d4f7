/** The informs of a request, a few at once; all that are kept when somebody wants them. */
import { useState } from "preact/hooks";
import type { InformsKept } from "../../model/requests/informs_kept";
import { wordText } from "../../model/words";
import type { Word } from "../../wire";
import { useReadings } from "../dashboard_context";
import { count } from "../format";

/** At either end, until somebody wants all. */
const SHOWN = 8;
const LONGEST_SHOWN = 2000;

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
  const { last } = informs;
  const kept = [...informs.first, ...last];
  const isAll = isWhole || kept.length <= 2 * SHOWN;
  const firsts = isAll ? informs.first : kept.slice(0, SHOWN);
  const lasts = isAll ? last : kept.slice(-SHOWN);
  const left = informs.count - firsts.length - lasts.length;
  return (
    <>
      <List informs={firsts} />
      {left > 0 && (
        <p class="sent-note">
          {isAll ? (
            `${count(left)} informs in between are not kept`
          ) : (
            <button type="button" onClick={() => setIsWhole(true)}>
              {count(left)} more in between
            </button>
          )}
        </p>
      )}
      <List informs={lasts} />
    </>
  );
}

function List({ informs }: { informs: readonly (readonly Word[])[] }) {
  if (informs.length === 0) return null;
  return (
    <ul class="sent-informs">
      {informs.map((words, position) => (
        <li key={position} data-reply-inform>
          {textOf(words)}
        </li>
      ))}
    </ul>
  );
}

function textOf(words: readonly Word[]): string {
  const text = `#${words.map(wordText).join(" ")}`;
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
