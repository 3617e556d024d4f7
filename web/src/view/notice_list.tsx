/** What katgate wants a person to know. */
import { useDashboard } from "./dashboard_context";
import { clockTime } from "./format";

export function NoticeList() {
  const { notices, now } = useDashboard();
  return (
    <ul class="notices" aria-live="polite" aria-label="Notices">
      {notices.list.value.map(({ key, level, code, detail, time }) => (
        <li key={key} data-notice={code} data-level={level}>
          <b>{level}</b>
          <time>{clockTime(time, now.value)}</time>
          <span>{detail || code}</span>
          <button type="button" onClick={() => notices.dismiss(key)}>
            dismiss
          </button>
        </li>
      ))}
    </ul>
  );
}
