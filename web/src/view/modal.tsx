/**
 * A dialog above the page, of which nothing else can be used meanwhile. It is open as long as it
 * is there; then the focus is where it was before.
 */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./modal.css";

interface Props {
  readonly class: string;
  readonly role?: "alertdialog";
  /** Ids of what names it, and of what it is about. */
  readonly titleId: string;
  readonly aboutId?: string;
  /** Escape. */
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

export function Modal({ class: look, role, titleId, aboutId, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal(); // its first button has the focus
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`modal ${look}`}
      role={role}
      aria-labelledby={titleId}
      aria-describedby={aboutId}
      onClose={onClose}
      onKeyDown={(event) => event.stopPropagation()}
    >
      {children}
    </dialog>
  );
}
