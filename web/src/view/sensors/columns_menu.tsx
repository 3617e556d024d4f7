/** Which columns the table has. */
import { COLUMNS } from "../../model/settings";
import { useDashboard } from "../dashboard_context";

export function ColumnsMenu() {
  const { columns, widths } = useDashboard().settings;
  return (
    <details class="menu">
      <summary>Columns</summary>
      <div class="menu-sheet">
        {COLUMNS.map((column) => (
          <label key={column}>
            <input
              type="checkbox"
              checked={columns.value.includes(column)}
              onChange={({ currentTarget: { checked } }) => {
                columns.value = COLUMNS.filter((one) =>
                  one === column ? checked : columns.value.includes(one),
                );
              }}
            />
            {column}
          </label>
        ))}
        <button
          type="button"
          onClick={() => {
            columns.value = COLUMNS;
            widths.value = {};
          }}
        >
          as they were
        </button>
      </div>
    </details>
  );
}
