/** What is seen as a program: a menu that copies it, or lets it be copied by hand. */
import { useRef, useState } from "preact/hooks";
import { copyAs, FORMS } from "../model/copy_as";
import type { Seen } from "../model/seen";

interface CopyAsProps {
  readonly seen: Seen;
  /** For who hears the page: what is copied. */
  readonly what: string;
}

export function CopyAs({ seen, what }: CopyAsProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [note, setNote] = useState<Note>(null);
  const onCopy = (text: string) => {
    if (menu.current !== null) menu.current.open = false;
    void copied(text).then(setNote);
  };
  return (
    <span class="copy">
      <details
        class="menu"
        ref={menu}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || menu.current === null) return;
          menu.current.open = false;
          menu.current.querySelector("summary")?.focus();
          event.stopPropagation();
        }}
      >
        <summary aria-label={`Copy as a program: ${what}`}>Copy as</summary>
        <div class="menu-sheet">
          {FORMS.map((form) => (
            <button
              key={form}
              type="button"
              data-copy={form}
              onClick={() => onCopy(copyAs(form, seen, document.baseURI))}
            >
              {form}
            </button>
          ))}
        </div>
      </details>
      <Told note={note} onClose={() => setNote(null)} />
    </span>
  );
}

interface CopyTextProps {
  readonly text: string;
  readonly label: string;
  readonly what: string;
}

export function CopyText({ text, label, what }: CopyTextProps) {
  const [note, setNote] = useState<Note>(null);
  return (
    <span class="copy">
      <button
        type="button"
        aria-label={`${label}: ${what}`}
        onClick={() => void copied(text).then(setNote)}
      >
        {label}
      </button>
      <Told note={note} onClose={() => setNote(null)} />
    </span>
  );
}

/** Null: nothing yet; a text: it has to be copied by hand. */
type Note = null | "copied" | { readonly byHand: string };

/** Without a secure context, as over plain HTTP from another machine, there is no clipboard. */
async function copied(text: string): Promise<Note> {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    return { byHand: text };
  }
}

function Told({ note, onClose }: { note: Note; onClose: () => void }) {
  return (
    <>
      <span role="status" class="copy-note">
        {note === "copied" && "copied"}
      </span>
      {note !== null && note !== "copied" && (
        <span class="copy-by-hand">
          <textarea
            aria-label="To be copied by hand"
            readOnly
            rows={4}
            value={note.byHand}
            ref={(box) => {
              box?.focus();
              box?.select();
            }}
          />
          <button type="button" onClick={onClose}>
            Close
          </button>
        </span>
      )}
    </>
  );
}
