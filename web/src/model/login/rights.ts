/** What a role may do, as far as the page must know to say why not. Katgate itself decides. */

const ROLES: readonly string[] = ["viewer", "operator", "admin"];

/** Whether somebody with `role` may do what `needed` may. A role that is not known may nothing. */
export function mayAs(role: string | null, needed: "operator" | "admin"): boolean {
  return role !== null && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}

/** Why a request is not allowed: the rest of a sentence. */
export function whyNotAllowed(role: string | null): string {
  return mayAs(role, "operator") ? "a rule does not allow it" : "it needs the role operator";
}
