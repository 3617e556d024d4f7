/** Who is connected to katgate now, and how they keep up. */
import { useEffect, useState } from "preact/hooks";
import { type BrowserAbout, fetchBrowsers, throwOut } from "../../model/admin/browsers";
import { visible } from "../../model/words";
import { Confirmation } from "../confirmation";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";

type Fetched = readonly BrowserAbout[] | { readonly problem: string } | null;

export function BrowsersSection() {
  const { katgate, greeted } = useDashboard();
  const [fetched, setFetched] = useState<Fetched>(null);
  const [asking, setAsking] = useState<BrowserAbout | null>(null);
  const session = greeted.value;
  const fail = (error: Error) => setFetched({ problem: error.message });
  const refresh = () => {
    fetchBrowsers(katgate).then(setFetched, fail);
  };
  // Its connection takes a while to be gone.
  const forget = (gone: BrowserAbout) =>
    setFetched((known) =>
      known === null || "problem" in known ? known : known.filter(({ id }) => id !== gone.id),
    );
  useEffect(refresh, [session]);
  return (
    <section aria-labelledby="browsers-title" data-admin="browsers">
      <div class="detail-head">
        <h2 id="browsers-title">Connected now</h2>
        <button type="button" onClick={refresh}>
          Refresh
        </button>
      </div>
      {fetched === null ? null : "problem" in fetched ? (
        <p class="problem" role="alert">
          {fetched.problem}
        </p>
      ) : (
        <Table browsers={fetched} onThrowOut={setAsking} />
      )}
      {asking !== null && (
        <Confirmation
          question={
            <>
              End the connection of <b>{nameOf(asking)}</b>? A page stays away until somebody
              presses
              <i> try again</i> on it; a program may come back by itself.
            </>
          }
          line={visible(`${asking.address} ${asking.agent}`)}
          deed={`Throw out ${nameOf(asking)}`}
          onConfirm={() => {
            throwOut(katgate, asking).then(() => forget(asking), fail);
            setAsking(null);
          }}
          onBack={() => setAsking(null)}
        />
      )}
    </section>
  );
}

interface TableProps {
  readonly browsers: readonly BrowserAbout[];
  readonly onThrowOut: (browser: BrowserAbout) => void;
}

function nameOf({ user }: BrowserAbout): string {
  return user ?? "nobody yet";
}

function Table({ browsers, onThrowOut }: TableProps) {
  const { now } = useDashboard();
  const times = useTimes();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard, too.
    <section class="admin-table" aria-label="Table of browsers" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">user</th>
            <th scope="col">role</th>
            <th scope="col">address</th>
            <th scope="col">since</th>
            <th scope="col">by</th>
            <th scope="col">subscriptions</th>
            <th scope="col">queued</th>
            <th scope="col">lag</th>
            <th scope="col">conflated</th>
            <th scope="col">dropped</th>
            <th scope="col">end</th>
            <th scope="col">program</th>
          </tr>
        </thead>
        <tbody>
          {browsers.map((one) => (
            <tr key={one.id} data-browser={one.user}>
              <th scope="row">{nameOf(one)}</th>
              <td>{one.role}</td>
              <td>{one.address}</td>
              <td>{one.since !== null && times.clock(one.since, now.value)}</td>
              <td>{one.kind}</td>
              <td class="number">{count(one.subscriptions)}</td>
              <td class="number">{count(one.queued)} B</td>
              <td class="number">{one.lag_s.toFixed(1)} s</td>
              <td class="number">{count(one.conflated)}</td>
              <td class="number">{count(one.dropped)}</td>
              <td>
                <button
                  type="button"
                  aria-label={`Throw out ${nameOf(one)}`}
                  onClick={() => onThrowOut(one)}
                >
                  Throw out
                </button>
              </td>
              <td>{visible(one.agent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
