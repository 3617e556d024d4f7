/** What katgate wants a person to know. */
import { useDashboard, useTimes } from "../dashboard_context";

export function NoticeList() {
  const { notices, now } = useDashboard();
  const times = useTimes();
  return (
    <ul class="notices" aria-live="polite" aria-label="Notices">
      {notices.list.value.map(({ key, level, code, detail, time }) => (
        <li key={key} data-notice={code} data-level={level}>
          <b>{level}</b>
          <time>{times.clock(time, now.value)}</time>
          <span>{detail || code}</span>
          <button
            type="button"
            aria-label={`Dismiss: ${detail || code}`}
            onClick={() => notices.dismiss(key)}
          >
            dismiss
          </button>
        </li>
      ))}
    </ul>
  );
}
