/**
 * A page that is fetched when somebody opens it: who only looks at sensors does not pay for it.
 *
 * Once fetched it is there at once. What could not be fetched is asked for again the next time.
 */
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";

type Loaded<P> =
  | { readonly kind: "loading" }
  | { readonly kind: "there"; readonly page: FunctionComponent<P> }
  | { readonly kind: "failed" };

export function fetched<P extends object>(
  fetchPage: () => Promise<FunctionComponent<P>>,
): FunctionComponent<P> {
  let known: FunctionComponent<P> | null = null;
  return (props: P) => {
    const [loaded, setLoaded] = useState<Loaded<P>>(
      known === null ? { kind: "loading" } : { kind: "there", page: known },
    );
    useEffect(() => {
      if (known !== null) return;
      fetchPage().then(
        (page) => {
          known = page;
          setLoaded({ kind: "there", page });
        },
        () => setLoaded({ kind: "failed" }),
      );
    }, []);
    switch (loaded.kind) {
      case "loading":
        return <p class="empty">Loading this page.</p>;
      case "failed":
        return <NotFetched />;
      case "there":
        return <loaded.page {...props} />;
      default:
        return loaded satisfies never;
    }
  };
}

function NotFetched() {
  return (
    <p class="empty problem" role="alert">
      This page could not be loaded: katgate is not reached, or was updated since the dashboard was
      opened.{" "}
      <button type="button" onClick={() => location.reload()}>
        Load the dashboard again
      </button>
    </p>
  );
}
