/** The same sensor on many devices: a matrix in which the odd one out is seen at once. */
import { useEffect } from "preact/hooks";
import { useDashboard } from "../dashboard_context";
import { CompareTools } from "./compare_tools";
import { Matrix } from "./matrix";
import { Tiles } from "./tiles";
import "./compare.css";

export function ComparePage() {
  const { compared, location } = useDashboard();
  const devices = location.get("over");
  const names = location.all("compared");
  const key = JSON.stringify([devices, names]);
  useEffect(() => compared.begin(devices, names), [compared, key]);
  const [name] = names;
  return (
    <section class="compare" aria-label="Compare">
      <CompareTools devices={devices} names={names} />
      {name === undefined || devices === "" ? (
        <p class="empty" data-empty="nothing-compared">
          Choose devices, such as m*, and a sensor that they all have.
        </p>
      ) : names.length === 1 ? (
        <Tiles name={name} />
      ) : (
        <Matrix names={names} />
      )}
    </section>
  );
}
