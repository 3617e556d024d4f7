/** For how long a device is to be commanded alone, and what for. */
import { useId, useState } from "preact/hooks";
import { DURATIONS_MIN, LONGEST_COMMENT } from "../../model/requests/lease";
import type { Lease } from "../../wire";
import { Modal } from "../modal";

const USUAL_MIN = 60;

interface Props {
  readonly device: string;
  /** One's own, to be renewed; null: there is none. */
  readonly lease: Lease | null;
  readonly onTake: (asked: { readonly seconds: number; readonly comment: string }) => void;
  readonly onBack: () => void;
}

export function LeaseDialog({ device, lease, onTake, onBack }: Props) {
  const id = useId();
  const [duration_min, setDuration_min] = useState(USUAL_MIN);
  const [comment, setComment] = useState(lease?.comment ?? "");
  return (
    <Modal class="lease-dialog" titleId={`${id}-title`} onClose={onBack}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onTake({ seconds: duration_min * 60, comment: comment.trim() });
        }}
      >
        <h2 id={`${id}-title`}>
          {lease === null ? "Command" : "Go on commanding"} {device}
        </h2>
        <p>Nobody else can send it requests meanwhile, save questions that change nothing.</p>
        <label>
          From now for{" "}
          <select
            value={duration_min}
            onChange={({ currentTarget: { value } }) => setDuration_min(Number(value))}
          >
            {DURATIONS_MIN.map((min) => (
              <option key={min} value={min}>
                {min < 60 ? `${min} min` : `${min / 60} h`}
              </option>
            ))}
          </select>
        </label>
        <label>
          What for{" "}
          <input
            type="text"
            maxLength={LONGEST_COMMENT}
            placeholder="others see this"
            autocomplete="off"
            value={comment}
            onInput={({ currentTarget: { value } }) => setComment(value)}
          />
        </label>
        <p>
          <button type="submit" class="send" data-button="take">
            {lease === null ? "Take command" : "Renew"}
          </button>
          <button type="button" onClick={onBack}>
            Back
          </button>
        </p>
      </form>
    </Modal>
  );
}
