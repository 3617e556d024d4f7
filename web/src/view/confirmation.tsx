/** What is dangerous is done when a person has said so once more. Escape goes back. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import "./confirmation.css";

interface Props {
  readonly question: ComponentChildren;
  /** What will be sent, as it is. */
  readonly line: string;
  /** What is on the button that does it. */
  readonly deed: string;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}

/** Nothing else of the page can be used meanwhile; then the focus is where it was before. */
export function Confirmation({ question, line, deed, onConfirm, onBack }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    // The first button has the focus, and it goes back: a second Enter must not be enough.
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="confirmation"
      role="alertdialog"
      aria-labelledby={`${id}-question`}
      aria-describedby={`${id}-line`}
      onClose={onBack}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <p id={`${id}-question`}>{question}</p>
      <code id={`${id}-line`}>{line}</code>
      <p>
        <button type="button" onClick={onBack}>
          Back
        </button>
        <button type="button" class="send-dangerous" data-button="confirm" onClick={onConfirm}>
          {deed}
        </button>
      </p>
    </dialog>
  );
}
