/** One request that was sent: its line, what became of it, and its informs as they come. */
import type { Console } from "../../model/requests/console";
import type { Entry } from "../../model/requests/console_entry";
import { asTyped, katcpLine, visible, visibleLines, wordText } from "../../model/words";
import { CopyAs, CopyText } from "../copy_as";
import { useDashboard, useReadings, useTimes } from "../dashboard_context";
import { Mark } from "../marks";
import { obstacleTo } from "./obstacle";
import { SentInforms } from "./sent_informs";

export function SentRequest({ entry }: { entry: Entry }) {
  const dashboard = useDashboard();
  const { console, devices, now, location, requests } = dashboard;
  useReadings();
  if (entry.state.kind === "waiting") now.value; // its elapsed time moves on
  const times = useTimes();
  const { asked, state } = entry;
  const edit = {
    page: "requests",
    device: asked.device,
    request: asked.request,
    args: asTyped(asked.arguments),
  };
  const known = requests.state.value;
  const about =
    known.kind === "known" ? known.requests.find(({ name }) => name === asked.request) : undefined;
  const isDangerous = state.kind === "unconfirmed" || about?.isDangerous === true;
  const device = devices.find(asked.device);
  const obstacle =
    device === null
      ? null // katgate will say
      : obstacleTo(
          dashboard,
          device,
          (asked.device === location.device && about) || { name: asked.request, isAllowed: true },
          asked.arguments,
        );
  return (
    <li class="sent" data-sent={asked.request} data-outcome={state.kind}>
      <div class="sent-head">
        <time>{times.clock(entry.time, now.value)}</time>
        <b>{asked.device}</b>
        <code>{clipped(visible(katcpLine(asked.request, asked.arguments)))}</code>
        <span role="status">
          <Outcome entry={entry} />
        </span>
        {state.kind === "waiting" && <span class="sent-note">{tookText(console, entry)}</span>}
        <span class="tool-buttons">
          {!isDangerous && (
            <button
              type="button"
              aria-disabled={obstacle !== null}
              title={obstacle ?? undefined}
              onClick={() => obstacle === null && console.send(asked)}
            >
              Again
            </button>
          )}
          <a class="button" href={location.href(edit)}>
            {isDangerous ? "Confirm or edit" : "Edit"}
          </a>
          <CopyText text={textOf(entry)} label="Copy" what="this request and its reply" />
          <CopyAs
            seen={{ kind: "request", ...asked, isConfirmed: isDangerous }}
            what={`the request ${asked.request}`}
          />
        </span>
      </div>
      <Words entry={entry} />
      <SentInforms informs={entry.informs} gone={entry.informsGone} />
    </li>
  );
}

/** Told to screen readers when it changes: what moves on all the time must not be in here. */
function Outcome({ entry }: { entry: Entry }) {
  const { console } = useDashboard();
  const took = tookText(console, entry);
  const { state } = entry;
  switch (state.kind) {
    case "waiting":
      return <Mark word="waiting" look="inactive" />;
    case "ok":
      return <Mark word={`ok${took && ` in ${took}`}`} look="nominal" />;
    case "failed":
      return <Mark word={`refused by the device${took && ` after ${took}`}`} look="error" />;
    case "timed-out":
      return <Mark word={`no reply${took && ` within ${took}`}`} look="warn" />;
    case "lost":
      return <Mark word="nobody knows" look="unreachable" />;
    case "not-sent":
      return <Mark word="not sent" look="warn" />;
    case "unconfirmed":
      return <Mark word="not sent: needs to be confirmed" look="warn" />;
    default:
      return state satisfies never;
  }
}

/** The device's own words, or katgate's where the device said nothing. */
function Words({ entry }: { entry: Entry }) {
  const { state } = entry;
  switch (state.kind) {
    case "waiting":
      return null;
    case "ok":
      if (state.arguments.length === 0) return null;
      return <p class="sent-words">{clipped(state.arguments.map(wordText).join(" "))}</p>;
    case "failed":
      return <pre class="sent-words problem">{visibleLines(state.words)}</pre>;
    case "timed-out":
    case "lost":
    case "not-sent":
    case "unconfirmed":
      return <p class="sent-words">{visibleLines(state.detail)}</p>;
    default:
      return state satisfies never;
  }
}

/** More of one line nobody reads here; what is copied has all of it. */
const LONGEST_SHOWN = 2000;

function clipped(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

/** How long it has been waiting, or took; empty where that is not known. */
function tookText(console: Console, entry: Entry): string {
  const took_s = console.duration_s(entry);
  return took_s === null ? "" : durationText(took_s);
}

function durationText(s: number): string {
  return s < 1 ? `${Math.round(s * 1000)} ms` : `${s.toFixed(1)} s`;
}

function textOf({ asked, informs, state }: Entry): string {
  const said = [...informs.first, ...informs.last].map((words) => words.map(wordText).join(" "));
  const reply =
    state.kind === "ok"
      ? ["ok", ...state.arguments.map(wordText)].join(" ")
      : state.kind === "failed"
        ? state.words
        : state.kind;
  return [
    katcpLine(asked.request, asked.arguments),
    ...said.map((line) => `#${line}`),
    `!${asked.request} ${reply}`,
  ].join("\n");
}
