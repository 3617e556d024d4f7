/** All arguments in one line, as one types them; Up and Down bring back earlier ones. */
import { useRef } from "preact/hooks";
import { asTyped } from "../../model/words";
import { useDashboard } from "../dashboard_context";
import type { Arguments } from "./use_arguments";

interface Props {
  readonly request: string;
  readonly written: Arguments;
}

export function ArgumentLine({ request, written }: Props) {
  const { console } = useDashboard();
  /** How many sent ones back; 0 is what was being written. */
  const back = useRef(0);
  const draft = useRef("");
  const recall = (step: number) => {
    const before = console.argumentsBefore(request);
    const wanted = Math.max(0, Math.min(before.length, back.current + step));
    if (back.current === 0) draft.current = written.line;
    back.current = wanted;
    written.setLine(wanted === 0 ? draft.current : asTyped(before[wanted - 1] ?? []));
  };
  return (
    <label class="argument">
      <span>
        Arguments in one line <small>quotes keep blanks together; Up and Down: sent before</small>
      </span>
      <input
        type="text"
        class="argument-line"
        name="arguments"
        autocomplete="off"
        spellcheck={false}
        value={written.line}
        onInput={({ currentTarget: { value } }) => {
          back.current = 0;
          written.setLine(value);
        }}
        onKeyDown={(event) => {
          const step = { ArrowUp: 1, ArrowDown: -1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          recall(step);
        }}
      />
    </label>
  );
}
