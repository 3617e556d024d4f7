/** Which columns the table has, and how wide they are. */
import { COLUMNS, type Column } from "../../model/settings";
import { useDashboard } from "../dashboard_context";
import { Menu } from "../menu";
import { COLUMN_LOOKS, NARROWEST_PX, type ShownColumn } from "./table_columns";

const WIDEST_PX = 2000;

export function ColumnsMenu() {
  const { columns, widths } = useDashboard().settings;
  return (
    <Menu title="Columns">
      {() => (
        <>
          <Entry column="name" />
          {COLUMNS.map((column) => (
            <Entry key={column} column={column} choice={column} />
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
        </>
      )}
    </Menu>
  );
}

/** `choice`: the same column, if one can do without it. */
function Entry({ column, choice }: { column: ShownColumn; choice?: Column }) {
  const { columns, widths } = useDashboard().settings;
  const { title } = COLUMN_LOOKS[column];
  return (
    <div class="column-entry">
      <label>
        <input
          type="checkbox"
          disabled={choice === undefined}
          checked={choice === undefined || columns.value.includes(choice)}
          onChange={({ currentTarget: { checked } }) => {
            columns.value = COLUMNS.filter((one) =>
              one === choice ? checked : columns.value.includes(one),
            );
          }}
        />
        {title}
      </label>
      <input
        type="number"
        aria-label={`Width of ${title}, in pixels`}
        placeholder="width"
        min={NARROWEST_PX}
        max={WIDEST_PX}
        step={10}
        value={widths.value[column] ?? ""}
        onChange={({ currentTarget: { valueAsNumber } }) => {
          const { [column]: _, ...others } = widths.value;
          const isWidth = valueAsNumber >= NARROWEST_PX && valueAsNumber <= WIDEST_PX;
          widths.value = isWidth ? { ...others, [column]: valueAsNumber } : others;
        }}
      />
    </div>
  );
}
