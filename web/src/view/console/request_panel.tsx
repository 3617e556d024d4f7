/** One request: its help, what to fill in, the exact line, and the way to send it. */
import { useMemo, useState } from "preact/hooks";
import { requestForm } from "../../model/requests/request_help";
import { katcpLine, visible, visibleLines } from "../../model/words";
import type { Device, RequestAbout } from "../../wire";
import { Confirmation } from "../confirmation";
import { CopyAs } from "../copy_as";
import { useDashboard } from "../dashboard_context";
import { ArgumentFields } from "./argument_fields";
import { ArgumentLine } from "./argument_line";
import { obstacleTo } from "./obstacle";
import { useArguments } from "./use_arguments";

interface Props {
  readonly device: Device;
  readonly about: RequestAbout;
}

export function RequestPanel({ device, about }: Props) {
  const dashboard = useDashboard();
  const { console } = dashboard;
  const { name, description, isDangerous, timeoutHint_s } = about;
  const form = useMemo(() => requestForm(name, description), [name, description]);
  const written = useArguments(form);
  const [timeout_s, setTimeout_s] = useState<number | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const obstacle = obstacleTo(dashboard, device, about, written.words ?? []) ?? written.problem;
  const asked = { device: device.name, request: name, arguments: written.words ?? [], timeout_s };
  const send = () => {
    if (obstacle !== null || written.words === null || isAsking) return;
    // The list may be older than what katgate has been told is dangerous.
    if (isDangerous || console.isUnconfirmed(asked)) setIsAsking(true);
    else console.send(asked);
  };
  const line = written.words === null ? "" : visible(katcpLine(name, written.words));
  return (
    <form
      class="request-panel"
      aria-label={`Request ${visible(name)}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        // A key that is held down sends once.
        if (event.repeat || event.ctrlKey) event.preventDefault();
        if (!event.ctrlKey || event.repeat) return;
        event.currentTarget.requestSubmit(); // as the button does: a bad timeout is not sent
      }}
    >
      <h2>
        ?{visible(name)} {isDangerous && <span class="dangerous">dangerous</span>}
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard, too. */}
      <section class="request-help" tabIndex={0} aria-label="Help">
        <pre>{visibleLines(description)}</pre>
      </section>
      <ArgumentFields form={form} written={written} />
      <ArgumentLine request={name} written={written} />
      <div class="request-send">
        <label>
          Timeout{" "}
          <input
            type="number"
            min={0.1}
            step="any"
            placeholder={timeoutHint_s === null ? "usual" : String(timeoutHint_s)}
            value={timeout_s ?? ""}
            onInput={({ currentTarget: { valueAsNumber } }) =>
              setTimeout_s(Number.isNaN(valueAsNumber) ? null : valueAsNumber)
            }
          />{" "}
          s
        </label>
        <button
          type="submit"
          class="send"
          aria-disabled={obstacle !== null} // can have the focus still: why not is said with it
          aria-describedby="obstacle"
          data-button="send"
        >
          Send to {device.name}
        </button>
        <kbd>Ctrl</kbd>+<kbd>Enter</kbd>
        {written.words !== null && (
          <CopyAs
            seen={{ kind: "request", ...asked, isConfirmed: isDangerous }}
            what={`the request ${name}`}
          />
        )}
        <span id="obstacle" class="obstacle" role="status">
          {obstacle}
        </span>
      </div>
      <code class="katcp-line" data-katcp-line>
        {line}
      </code>
      {isAsking && (
        <Confirmation
          question={
            <>
              This request is marked as dangerous. Send it to <b>{device.name}</b>?
            </>
          }
          line={line}
          deed={`Send ?${name} to ${device.name}`}
          onConfirm={() => {
            setIsAsking(false);
            console.send(asked, true);
          }}
          onBack={() => setIsAsking(false)}
        />
      )}
    </form>
  );
}
