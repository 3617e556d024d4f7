/** All keys of the page in a dialog: `?` brings it out, Escape puts it away. */
import { Fragment } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDashboard } from "../dashboard_context";
import { isTyping } from "../is_typing";
import { Modal } from "../modal";
import "./keys_dialog.css";

type Keys = readonly (readonly [keys: string, deed: string])[];

const KEYS: readonly (readonly [place: string, keys: Keys])[] = [
  [
    "Anywhere, while nothing is typed",
    [
      ["1 to 5", "sensors, plot, compare, requests, log; 6 for admins"],
      ["/", "filter the sensors"],
      ["?", "these keys"],
      ["Escape", "close what is open"],
    ],
  ],
  ["Devices", [["↑ ↓", "from device to device, subsystems too"]]],
  [
    "Table of sensors",
    [
      ["↑ ↓ PageUp PageDown Home End", "from row to row"],
      ["Enter", "the sensor in detail"],
      ["P", "plot the sensor, or no more"],
      ["Space", "let the values stand still, or go on"],
    ],
  ],
  [
    "Plot, with the focus on the charts",
    [
      ["← →", "earlier and later; with Shift five times as far"],
      ["+ −", "zoom in and out"],
      ["F", "follow the present, or stop; Home follows"],
    ],
  ],
  [
    "Requests",
    [
      ["Ctrl+Enter", "send"],
      ["↑ ↓", "in the line of arguments: what was sent before"],
    ],
  ],
  [
    "Log",
    [
      ["↑ ↓", "from row to row; the log pauses"],
      ["Enter", "all of an inform"],
    ],
  ],
];

export function KeysDialog() {
  const { location, pages } = useDashboard();
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("dialog[open]") !== null) return;
      const page = pages.value[Number(event.key) - 1];
      if (event.key === "?") setOpen(true);
      else if (page !== undefined) {
        location.go({ page: page === "sensors" ? null : page });
        document.getElementById("main")?.focus();
      } else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [location, pages]);
  return (
    <>
      <button type="button" class="keys-button" aria-keyshortcuts="?" onClick={() => setOpen(true)}>
        Keys <span aria-hidden="true">?</span>
      </button>
      {isOpen && <Sheet onClose={() => setOpen(false)} />}
    </>
  );
}

function Sheet({ onClose }: { onClose: () => void }) {
  return (
    <Modal class="keys" titleId="keys-title" onClose={onClose}>
      <div class="detail-head">
        <h2 id="keys-title">Keys</h2>
        <button type="button" aria-label="Close" onClick={onClose}>
          ✕
        </button>
      </div>
      {KEYS.map(([place, keys]) => (
        <Fragment key={place}>
          <h3>{place}</h3>
          <dl>
            {keys.map(([key, deed]) => (
              <Fragment key={key}>
                <dt>{key}</dt>
                <dd>{deed}</dd>
              </Fragment>
            ))}
          </dl>
        </Fragment>
      ))}
    </Modal>
  );
}
