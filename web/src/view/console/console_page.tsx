/** Requests to the chosen device: which there are, one to be sent, and what became of others. */
import { useEffect } from "preact/hooks";
import type { Device } from "../../wire";
import { useDashboard } from "../dashboard_context";
import { LeaseLine } from "../lease/lease_line";
import { History } from "./history";
import { RequestChoice } from "./request_choice";
import { RequestPanel } from "./request_panel";
import "./console.css";

export function ConsolePage() {
  const chosen = useDashboard().selection.value;
  return (
    <section class="console" aria-label="Requests">
      {chosen.kind === "one" ? (
        <OfDevice device={chosen.device} />
      ) : (
        <p class="empty" data-empty="no-device">
          Choose one device to send it requests.
        </p>
      )}
      <History />
    </section>
  );
}

function OfDevice({ device }: { device: Device }) {
  return (
    <>
      <LeaseLine key={device.name} device={device} isOffered />
      <RequestsOf device={device} />
    </>
  );
}

function RequestsOf({ device }: { device: Device }) {
  const { requests, location, greeted } = useDashboard();
  const session = greeted.value; // what is allowed may have changed since the one before
  useEffect(() => {
    void requests.load(device.name);
  }, [requests, device.name, device.state, device.requests, session]);
  const state = requests.state.value;
  switch (state.kind) {
    case "loading":
      return <p class="empty">Asking what {device.name} can do.</p>;
    case "failed":
      return <p class="empty problem">{state.detail}</p>;
    case "known": {
      const wanted = location.get("request");
      const request = state.requests.find(({ name }) => name === wanted);
      return (
        <div class="console-columns">
          <RequestChoice requests={state.requests} />
          {request !== undefined ? (
            <RequestPanel key={`${device.name} ${request.name}`} device={device} about={request} />
          ) : (
            <p class="empty" data-empty="no-request">
              {wanted === "" ? "Choose a request." : `${device.name} lists no request ${wanted}.`}
            </p>
          )}
        </div>
      );
    }
    default:
      return state satisfies never;
  }
}
