/** Start, stop and restart of a device server that runs inside katgate, for who may do so. */
import { useState } from "preact/hooks";
import { type Deed, deedsFor, hostingPath } from "../../model/hosting";
import type { Device } from "../../wire";
import { Confirmation } from "../confirmation";
import { useDashboard } from "../dashboard_context";

const TITLES: Readonly<Record<Deed, string>> = {
  start: "Start",
  stop: "Stop",
  restart: "Restart",
};

export function HostingButtons({ device }: { device: Device }) {
  const { katgate, connection } = useDashboard();
  const [asking, setAsking] = useState<Deed | null>(null);
  const [doing, setDoing] = useState<Deed | null>(null);
  const [problem, setProblem] = useState("");
  const role = connection.value.kind === "connected" ? connection.value.hello.role : null;
  const act = (deed: Deed) => {
    setAsking(null);
    setDoing(deed);
    setProblem("");
    katgate
      .fetchJson(hostingPath(device.name, deed), { method: "POST" })
      .catch((error: unknown) => setProblem(error instanceof Error ? error.message : String(error)))
      .finally(() => setDoing(null));
  };
  return (
    <>
      {deedsFor(device, role).map((deed, place) => (
        <button
          key={place} // start becomes stop, and keeps the focus
          type="button"
          data-hosting={deed}
          aria-disabled={doing !== null}
          onClick={() => {
            if (doing !== null) return;
            if (deed === "start") act(deed);
            else setAsking(deed);
          }}
        >
          {TITLES[deed]}
        </button>
      ))}
      <span class="problem" role="status">
        {doing !== null ? `asked to ${doing}` : problem}
      </span>
      {asking !== null && (
        <Confirmation
          question={
            <>
              Everybody who uses <b>{device.name}</b> will lose it
              {asking === "restart" ? " for a moment" : ", until it is started again"}.
            </>
          }
          line={`${asking} the server of ${device.name}, in this katgate`}
          deed={`${TITLES[asking]} ${device.name}`}
          onConfirm={() => act(asking)}
          onBack={() => setAsking(null)}
        />
      )}
    </>
  );
}
