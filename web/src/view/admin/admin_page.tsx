/** For admins: who is connected, and who did what. Katgate refuses it to others, in its own words. */
import { AuditSection } from "./audit_section";
import { BrowsersSection } from "./browsers_section";
import "./admin.css";

export function AdminPage() {
  return (
    <div class="admin">
      <BrowsersSection />
      <AuditSection />
    </div>
  );
}
