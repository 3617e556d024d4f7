/** A dangerous request is sent when a person has said so once more. Escape goes back. */
import { useEffect, useRef } from "preact/hooks";

interface Props {
  readonly line: string;
  readonly device: string;
  readonly onConfirm: () => void;
  readonly onBack: () => void;
}

export function Confirmation({ line, device, onConfirm, onBack }: Props) {
  const back = useRef<HTMLButtonElement>(null);
  // Not on the button that sends: a second Enter must not be enough.
  useEffect(() => back.current?.focus(), []);
  return (
    <div
      class="confirmation"
      role="alertdialog"
      aria-labelledby="confirmation-title"
      aria-describedby="confirmation-line"
      onKeyDown={(event) => {
        if (event.key === "Enter") event.stopPropagation();
        if (event.key === "Escape") onBack();
      }}
    >
      <p id="confirmation-title">
        This request is marked as dangerous. Send it to <b>{device}</b>?
      </p>
      <code id="confirmation-line">{line}</code>
      <p>
        <button type="button" ref={back} onClick={onBack}>
          Back
        </button>
        <button type="button" class="send-dangerous" data-button="confirm" onClick={onConfirm}>
          Send {line.split(" ")[0]} to {device}
        </button>
      </p>
    </div>
  );
}
