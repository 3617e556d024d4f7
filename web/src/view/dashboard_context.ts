/** The models, for every component, without handing them down by hand. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Dashboard } from "../model/dashboard";
import { TIMES, type Times } from "./times";

export const DashboardContext = createContext<Dashboard | null>(null);

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === null) throw new Error("a component was drawn outside of DashboardContext");
  return dashboard;
}

/** Draw the component again when readings came in: at most once per animation frame. */
export function useReadings(): void {
  useDashboard().redraw.revision.value;
}

/** Times as the person wants them. */
export function useTimes(): Times {
  return TIMES[useDashboard().settings.timeZone.value];
}
