/** The device's requests, searched by name and help. */
import { useState } from "preact/hooks";
import { whyNotAllowed } from "../../model/login/rights";
import { foundRequests } from "../../model/requests/request_list";
import { visible } from "../../model/words";
import type { RequestAbout } from "../../wire";
import { useDashboard } from "../dashboard_context";
import { count } from "../format";

export function RequestChoice({ requests }: { requests: readonly RequestAbout[] }) {
  const { location, greeted } = useDashboard();
  const why = whyNotAllowed(greeted.value?.role ?? null);
  const isNone = requests.every(({ isAllowed }) => !isAllowed);
  const [typed, setTyped] = useState("");
  const found = foundRequests(requests, typed);
  return (
    <nav class="request-choice" aria-label="Requests of the device">
      <input
        type="search"
        aria-label="Search requests"
        placeholder={`search ${count(requests.length)} requests`}
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={({ currentTarget: { value } }) => setTyped(value)}
      />
      {isNone && <p class="only-to-read">Not for you to send: {why}.</p>}
      <ul>
        {found.map(({ name, isDangerous, isAllowed }) => (
          <li key={name}>
            <a
              href={location.href({ request: name, args: null })}
              aria-current={location.get("request") === name ? "true" : undefined}
              data-request={name}
            >
              <span>{visible(name)}</span>
              {!isAllowed && !isNone && <span class="not-allowed">not allowed</span>}
              {isDangerous && <span class="dangerous">dangerous</span>}
            </a>
          </li>
        ))}
      </ul>
      {found.length === 0 && <p class="empty">No request has these words.</p>}
    </nav>
  );
}
