/** Links to the pages, and the button that brings out the devices on a narrow screen. */
import type { Page } from "../../model/location";
import { ALL_DEVICES } from "../../model/sensors/selection";
import { useDashboard } from "../dashboard_context";

const TITLES: Readonly<Record<Page, string>> = {
  sensors: "Sensors",
  plot: "Plot",
  compare: "Compare",
  requests: "Requests",
  log: "Log",
  admin: "Admin",
};

export function PageTabs() {
  const dashboard = useDashboard();
  const { location, isTreeOpen } = dashboard;
  const plotted = dashboard.plottedNames.length;
  return (
    <div class="tabs">
      <button
        type="button"
        class="tree-button"
        aria-expanded={isTreeOpen.value}
        aria-controls="tree"
        onClick={() => {
          isTreeOpen.value = !isTreeOpen.value;
        }}
      >
        Devices
        {location.device !== "" && `: ${location.device === ALL_DEVICES ? "all" : location.device}`}
      </button>
      <nav aria-label="Pages">
        {dashboard.pages.value.map((page) => (
          <a
            key={page}
            href={location.href({ page: page === "sensors" ? null : page })}
            aria-current={location.page === page ? "page" : undefined}
            data-page={page}
          >
            {TITLES[page]}
            {page === "plot" && (
              <span role="status" class="tab-count">
                {plotted > 0 && ` ${plotted}`}
                {plotted > 0 && <span class="only-heard"> plotted</span>}
              </span>
            )}
          </a>
        ))}
      </nav>
    </div>
  );
}
