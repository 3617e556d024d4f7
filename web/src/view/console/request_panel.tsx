/** One request: its help, what to fill in, the exact line, and the way to send it. */
import { useMemo, useRef, useState } from "preact/hooks";
import { requestForm } from "../../model/request_help";
import { katcpLine, visible, visibleLines } from "../../model/words";
import type { Device, RequestAbout } from "../../wire";
import { CopyAs } from "../copy_as";
import { useDashboard } from "../dashboard_context";
import { ArgumentFields } from "./argument_fields";
import { ArgumentLine } from "./argument_line";
import { Confirmation } from "./confirmation";
import { useArguments } from "./use_arguments";

interface Props {
  readonly device: Device;
  readonly about: RequestAbout;
}

export function RequestPanel({ device, about }: Props) {
  const { console, connection } = useDashboard();
  const { name, description, isDangerous, timeoutHint_s } = about;
  const form = useMemo(() => requestForm(name, description), [name, description]);
  const written = useArguments(form);
  const [timeout_s, setTimeout_s] = useState<number | null>(null);
  const [isAsking, setIsAsking] = useState(false);
  const panel = useRef<HTMLFormElement>(null);
  const isConnected = connection.value.kind === "connected";
  const obstacle = obstacleOf(device, about, isConnected) ?? written.problem;
  const asked = { device: device.name, request: name, arguments: written.words ?? [], timeout_s };
  const send = () => {
    if (obstacle !== null || written.words === null) return;
    if (isDangerous) setIsAsking(true);
    else console.send(asked);
  };
  // Only by its own button: Enter in a field, while it is asked, is no yes.
  const confirm = () => {
    setIsAsking(false);
    if (obstacle === null && written.words !== null) console.send(asked, true);
  };
  const line = written.words === null ? "" : visible(katcpLine(name, written.words));
  return (
    <form
      ref={panel}
      class="request-panel"
      aria-label={`Request ${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") setIsAsking(false);
        if (event.key !== "Enter") return;
        // A key that is held down sends once.
        if (event.repeat || event.ctrlKey) event.preventDefault();
        if (event.ctrlKey && !event.repeat) send();
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
            onChange={({ currentTarget: { valueAsNumber } }) =>
              setTimeout_s(valueAsNumber > 0 ? valueAsNumber : null)
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
          line={line}
          device={device.name}
          onConfirm={confirm}
          onBack={() => {
            setIsAsking(false);
            panel.current?.querySelector<HTMLElement>("[data-button=send]")?.focus();
          }}
        />
      )}
    </form>
  );
}

/** Why it cannot be sent now, or null. It stays on the page: a person wants to know. */
function obstacleOf(device: Device, about: RequestAbout, isConnected: boolean): string | null {
  if (!about.isAllowed) return "Your role may not send this request.";
  if (!isConnected) return "There is no connection to katgate.";
  if (device.state === "synced" || device.state === "syncing") return null;
  return `${device.name} is ${device.state}: it cannot be reached now.`;
}
