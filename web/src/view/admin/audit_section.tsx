/** Who did what and what became of it, newest first, by user, device and outcome. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type AuditPage, type Deed, fetchAudit, OUTCOMES } from "../../model/admin/audit";
import { visible } from "../../model/words";
import { useDashboard, useTimes } from "../dashboard_context";
import { count } from "../format";

/** In the URL, so that a link shows the same. */
const FIELDS = { user: "by", device: "at", outcome: "outcome" } as const;
/** Typing is not asked for letter by letter. */
const PAUSE_MS = 300;

export function AuditSection() {
  const { katgate, greeted, location } = useDashboard();
  const [page, setPage] = useState<AuditPage | null>(null);
  const [problem, setProblem] = useState("");
  const session = greeted.value;
  const user = location.get(FIELDS.user);
  const device = location.get(FIELDS.device);
  const outcome = location.get(FIELDS.outcome);
  const turn = useRef(0);
  const load = (older: AuditPage | null) => {
    turn.current += 1;
    const mine = turn.current;
    const isLatest = () => mine === turn.current; // answers may come in another order
    fetchAudit(katgate, { user, device, outcome }, older?.next ?? null).then(
      (found) => {
        if (!isLatest()) return;
        setProblem("");
        setPage({ ...found, deeds: [...(older?.deeds ?? []), ...found.deeds] });
      },
      (error: Error) => isLatest() && setProblem(error.message),
    );
  };
  useEffect(() => {
    const timer = setTimeout(() => load(null), page === null ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [user, device, outcome, session]);
  return (
    <section aria-labelledby="audit-title" data-admin="audit">
      <div class="detail-head">
        <h2 id="audit-title">Audit log</h2>
        <button type="button" onClick={() => load(null)}>
          Refresh
        </button>
      </div>
      <div class="tools">
        <Field name="User" field={FIELDS.user} />
        <Field name="Device" field={FIELDS.device} />
        <label>
          Outcome{" "}
          <select
            value={outcome}
            onChange={({ currentTarget: { value } }) =>
              location.replace({ [FIELDS.outcome]: value })
            }
          >
            <option value="">all</option>
            {OUTCOMES.map((word) => (
              <option key={word}>{word}</option>
            ))}
          </select>
        </label>
      </div>
      <p class="problem" role="status">
        {problem}
        {page !== null &&
          page.unwritten > 0 &&
          `${count(page.unwritten)} records could not be written to the audit file.`}
      </p>
      {page !== null && <Table deeds={page.deeds} />}
      {page?.next != null && (
        <button type="button" onClick={() => load(page)}>
          Older
        </button>
      )}
    </section>
  );
}

function Field({ name, field }: { name: string; field: string }) {
  const { location } = useDashboard();
  return (
    <label>
      {name}{" "}
      <input
        type="search"
        placeholder="name or glob"
        autocomplete="off"
        spellcheck={false}
        value={location.get(field)}
        onInput={({ currentTarget: { value } }) => location.replace({ [field]: value })}
      />
    </label>
  );
}

function Table({ deeds }: { deeds: readonly Deed[] }) {
  const { now } = useDashboard();
  const times = useTimes();
  if (deeds.length === 0) return <p class="empty">There are no such records.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard, too.
    <section class="admin-table" aria-label="Table of records" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">time{times.suffix}</th>
            <th scope="col">user</th>
            <th scope="col">address</th>
            <th scope="col">what</th>
            <th scope="col">device</th>
            <th scope="col">request</th>
            <th scope="col">outcome</th>
            <th scope="col">why</th>
          </tr>
        </thead>
        <tbody>
          {deeds.map((deed) => (
            <tr key={deed.number} data-outcome={deed.outcome}>
              <td>{times.clock(deed.time, now.value)}</td>
              <th scope="row">{deed.user ?? "nobody"}</th>
              <td>{deed.address}</td>
              <td>{deed.what}</td>
              <td>{deed.device}</td>
              <td>
                <code>{visible(deed.line)}</code>
              </td>
              <td>
                {deed.outcome}
                {deed.count > 1 && ` × ${count(deed.count)}`}
              </td>
              <td class="why">{visible(deed.detail)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
