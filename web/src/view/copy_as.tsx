/** What is seen as a program: a menu that copies it, or lets it be copied by hand. */
import { useState } from "preact/hooks";
import { copyAs, FORMS, type Form } from "../model/copy/copy_as";
import type { Seen } from "../model/copy/seen";
import { useDashboard } from "./dashboard_context";
import { Menu } from "./menu";

interface CopyAsProps {
  readonly seen: Seen;
  /** For who hears the page: what is copied. */
  readonly what: string;
}

export function CopyAs({ seen, what }: CopyAsProps) {
  const { login } = useDashboard();
  const [note, setNote] = useState<Note>(null);
  const textFor = (form: Form) => copyAs(form, seen, document.baseURI, login.who.value !== null);
  return (
    <span class="copy">
      <Menu title="Copy as" label={`Copy as a program: ${what}`}>
        {(close) =>
          FORMS.map((form) => (
            <button
              key={form}
              type="button"
              data-copy={form}
              onClick={() => {
                close();
                void copied(textFor(form)).then(setNote);
              }}
            >
              {form}
            </button>
          ))
        }
      </Menu>
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
