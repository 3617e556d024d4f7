/** The page: where it is needed the login, else connection bar, tabs and notices on top, devices on the left, what is chosen beside. */
import type { ComponentChildren } from "preact";
import type { Page } from "../model/location";
import { useDashboard } from "./dashboard_context";
import { fetched } from "./fetched";
import { ConnectionBar } from "./frame/connection_bar";
import { NoticeList } from "./frame/notice_list";
import { PageTabs } from "./frame/page_tabs";
import { LoginPage } from "./login/login_page";
import { SensorsPage } from "./sensors/sensors_page";
import { DeviceTree } from "./tree/device_tree";

const AdminPage = fetched(async () => (await import("./admin/admin_page")).AdminPage);
const ComparePage = fetched(async () => (await import("./compare/compare_page")).ComparePage);
const ConsolePage = fetched(async () => (await import("./console/console_page")).ConsolePage);
const LogPage = fetched(async () => (await import("./log/log_page")).LogPage);
const PlotPlace = fetched(async () => (await import("./plot/plot_place")).PlotPlace);

export function App() {
  return useDashboard().login.isNeeded.value ? <LoginPage /> : <Pages />;
}

function Pages() {
  const { location } = useDashboard();
  return (
    <>
      <ConnectionBar />
      <PageTabs />
      <NoticeList />
      <div class="columns">
        <DeviceTree />
        <main id="main" tabIndex={-1}>
          {pageOf(location.page)}
        </main>
      </div>
    </>
  );
}

function pageOf(page: Page): ComponentChildren {
  switch (page) {
    case "sensors":
      return <SensorsPage />;
    case "compare":
      return <ComparePage />;
    case "plot":
      return <PlotPlace />;
    case "requests":
      return <ConsolePage />;
    case "log":
      return <LogPage />;
    case "admin":
      return <AdminPage />;
    default:
      return page satisfies never;
  }
}
