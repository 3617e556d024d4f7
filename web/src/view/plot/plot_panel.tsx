/**
 * The plot page, fetched when somebody opens it: who only looks at sensors does not pay for it.
 */
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PlotPageProps } from "./plot_props";

type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "there"; readonly page: FunctionComponent<PlotPageProps> }
  | { readonly kind: "failed" };

export function PlotPanel(props: PlotPageProps) {
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  useEffect(() => {
    import("./plot_page").then(
      ({ PlotPage }) => setLoaded({ kind: "there", page: PlotPage }),
      () => setLoaded({ kind: "failed" }),
    );
  }, []);
  switch (loaded.kind) {
    case "loading":
      return <p class="empty">Loading the plots.</p>;
    case "failed":
      return (
        <p class="empty problem" role="alert">
          The plots could not be loaded: katgate is not reached, or was updated since this page was
          opened.{" "}
          <button type="button" onClick={() => location.reload()}>
            Load the page again
          </button>
        </p>
      );
    case "there":
      return <loaded.page {...props} />;
    default:
      return loaded satisfies never;
  }
}
