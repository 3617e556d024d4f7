/** The heads of the columns: a click sorts, a drag or the arrow keys at the edge give a width. */
import { parseSorting, type SortColumn, sortedBy, sortingText } from "../../model/sorting";
import { useDashboard } from "../dashboard_context";
import { COLUMN_LOOKS, NARROWEST_PX, type ShownColumn } from "./table_columns";

const STEP_PX = 16;

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
      <Edge column={column} title={title} />
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

function Edge({ column, title }: { column: ShownColumn; title: string }) {
  const { widths } = useDashboard().settings;
  const setWidth = (width_px: number) => {
    widths.value = { ...widths.value, [column]: Math.max(NARROWEST_PX, Math.round(width_px)) };
  };
  const widthOf = (edge: HTMLElement) => edge.parentElement?.offsetWidth ?? NARROWEST_PX;
  return (
    <button
      type="button"
      class="edge"
      aria-label={`Width of ${title}`}
      title="Drag, or Left and Right, to give the column a width; double click for the usual one"
      onDblClick={() => {
        const { [column]: _, ...others } = widths.value;
        widths.value = others;
      }}
      onKeyDown={(event) => {
        const step = { ArrowLeft: -STEP_PX, ArrowRight: STEP_PX }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        setWidth(widthOf(event.currentTarget) + step);
      }}
      onPointerDown={(event) => {
        const edge = event.currentTarget;
        const [start_px, width_px] = [event.clientX, widthOf(edge)];
        edge.setPointerCapture(event.pointerId);
        const onMove = (move: PointerEvent) => setWidth(width_px + move.clientX - start_px);
        edge.addEventListener("pointermove", onMove);
        edge.addEventListener("lostpointercapture", () => {
          edge.removeEventListener("pointermove", onMove);
        });
      }}
    />
  );
}
