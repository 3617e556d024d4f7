/** What is dangerous is done when a person has said so once more. Escape goes back. */
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Modal } from "./modal";
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

export function Confirmation({ question, line, deed, onConfirm, onBack }: Props) {
  const id = useId();
  return (
    <Modal
      class="confirmation"
      role="alertdialog"
      titleId={`${id}-question`}
      aboutId={`${id}-line`}
      onClose={onBack}
    >
      <p id={`${id}-question`}>{question}</p>
      <code id={`${id}-line`}>{line}</code>
      <p>
        {/* First, so that it has the focus: a second Enter must not be enough. */}
        <button type="button" onClick={onBack}>
          Back
        </button>
        <button type="button" class="send-dangerous" data-button="confirm" onClick={onConfirm}>
          {deed}
        </button>
      </p>
    </Modal>
  );
}
