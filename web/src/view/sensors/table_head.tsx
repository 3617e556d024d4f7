/** The heads of the columns: a click sorts, a drag at the edge gives a width. */
import { parseSorting, type SortColumn, sortedBy, sortingText } from "../../model/sensors/sorting";
import { useDashboard } from "../dashboard_context";
import { COLUMN_LOOKS, NARROWEST_PX, type ShownColumn } from "./table_columns";

export function TableHead({ columns }: { columns: readonly ShownColumn[] }) {
  return (
    <div role="rowgroup" class="head">
      <div role="row" class="row" aria-rowindex={1}>
        {columns.map((column) => (
          <Head key={column} column={column} />
        ))}
      </div>
    </div>
  );
}

function Head({ column }: { column: ShownColumn }) {
  const { location } = useDashboard();
  const { title, sort } = COLUMN_LOOKS[column];
  const sorting = parseSorting(location.get("sort"));
  const isSorted = sort !== null && sorting.by === sort;
  const direction = sorting.isDescending ? "descending" : "ascending";
  return (
    <span
      role="columnheader"
      data-column={column}
      aria-sort={isSorted ? direction : sort === null ? undefined : "none"}
    >
      {sort === null ? title : <SortButton column={sort} title={title} isSorted={isSorted} />}
      <Edge column={column} />
    </span>
  );
}

interface SortButtonProps {
  readonly column: SortColumn;
  readonly title: string;
  readonly isSorted: boolean;
}

function SortButton({ column, title, isSorted }: SortButtonProps) {
  const { location } = useDashboard();
  const sorting = parseSorting(location.get("sort"));
  return (
    <button
      type="button"
      class="sort"
      onClick={() => location.replace({ sort: sortingText(sortedBy(column, sorting)) })}
    >
      {title}
      {isSorted && <span aria-hidden="true">{sorting.isDescending ? " ▾" : " ▴"}</span>}
    </button>
  );
}

/** For the mouse; the menu of columns has their widths as numbers. */
function Edge({ column }: { column: ShownColumn }) {
  const { widths } = useDashboard().settings;
  return (
    <span
      class="edge"
      aria-hidden="true"
      title="Drag to give the column a width; double click for the usual one"
      onDblClick={() => {
        const { [column]: _, ...others } = widths.value;
        widths.value = others;
      }}
      onPointerDown={(event) => {
        const edge = event.currentTarget;
        const [start_px, width_px] = [event.clientX, edge.parentElement?.offsetWidth ?? 0];
        edge.setPointerCapture(event.pointerId);
        const onMove = (move: PointerEvent) => {
          const wanted_px = Math.round(width_px + move.clientX - start_px);
          widths.value = { ...widths.value, [column]: Math.max(NARROWEST_PX, wanted_px) };
        };
        edge.addEventListener("pointermove", onMove);
        edge.addEventListener("lostpointercapture", () => {
          edge.removeEventListener("pointermove", onMove);
        });
      }}
    />
  );
}
