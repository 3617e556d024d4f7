/** The models, for every component, without handing them down by hand. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Dashboard } from "../model/dashboard";

export const DashboardContext = createContext<Dashboard | null>(null);

export function useDashboard(): Dashboard {
  const dashboard = useContext(DashboardContext);
  if (dashboard === null) throw new Error("a component was drawn outside of DashboardContext");
  return dashboard;
}
