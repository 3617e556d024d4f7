/** A sheet below a button: it goes away by Escape, and when somebody does something elsewhere. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./menu.css";

interface Props {
  readonly title: string;
  /** For who hears the page, where the title does not say enough. */
  readonly label?: string;
  readonly children: (close: () => void) => ComponentChildren;
}

export function Menu({ title, label, children }: Props) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current !== null) menu.current.open = false;
  };
  useEffect(() => {
    const isElsewhere = (target: EventTarget | null) =>
      target instanceof Node && !menu.current?.contains(target);
    const onPointer = ({ target }: Event) => {
      if (isElsewhere(target)) close();
    };
    const onFocus = ({ target }: Event) => {
      // A click on a text in the sheet gives the focus to what is around it: that is not elsewhere.
      if (isElsewhere(target) && !(target as Node).contains(menu.current)) close();
    };
    document.addEventListener("pointerdown", onPointer);
    document.addEventListener("focusin", onFocus);
    return () => {
      document.removeEventListener("pointerdown", onPointer);
      document.removeEventListener("focusin", onFocus);
    };
  }, []);
  return (
    <details
      class="menu"
      ref={menu}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !event.currentTarget.open) return;
        close();
        menu.current?.querySelector("summary")?.focus();
        event.stopPropagation();
      }}
    >
      <summary aria-label={label}>{title}</summary>
      <div class="menu-sheet">{children(close)}</div>
    </details>
  );
}
