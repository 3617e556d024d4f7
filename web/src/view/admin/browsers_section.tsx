/** Who is connected to katgate now, and how they keep up. */
import { useEffect, useState } from "preact/hooks";
import { type BrowserAbout, fetchBrowsers } from "../../model/admin/browsers";
import { visible } from "../../model/words";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";

type Fetched = readonly BrowserAbout[] | { readonly problem: string } | null;

export function BrowsersSection() {
  const { katgate, greeted } = useDashboard();
  const [fetched, setFetched] = useState<Fetched>(null);
  const session = greeted.value;
  const refresh = () => {
    fetchBrowsers(katgate).then(setFetched, (error: Error) =>
      setFetched({ problem: error.message }),
    );
  };
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
        <Table browsers={fetched} />
      )}
    </section>
  );
}

function Table({ browsers }: { browsers: readonly BrowserAbout[] }) {
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
            <th scope="col">program</th>
          </tr>
        </thead>
        <tbody>
          {browsers.map((one) => (
            <tr key={one.id} data-browser={one.user}>
              <th scope="row">{one.user ?? "nobody yet"}</th>
              <td>{one.role}</td>
              <td>{one.address}</td>
              <td>{one.since !== null && times.clock(one.since, now.value)}</td>
              <td>{one.kind}</td>
              <td class="number">{count(one.subscriptions)}</td>
              <td class="number">{count(one.queued)} B</td>
              <td class="number">{one.lag_s.toFixed(1)} s</td>
              <td class="number">{count(one.conflated)}</td>
              <td class="number">{count(one.dropped)}</td>
              <td>{visible(one.agent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
