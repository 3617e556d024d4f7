/**
 * Who commands a device, until when and what for; and taking, renewing, releasing and breaking
 * that, for who may. Where there are no logins, everybody is the same one, and nothing is offered.
 */
import { useState } from "preact/hooks";
import { mayAs } from "../../model/login/rights";
import { endLease, leaseOf, takeLease } from "../../model/requests/lease";
import type { Device, Lease } from "../../wire";
import { Confirmation } from "../confirmation";
import { useDashboard, useTimes } from "../dashboard_context";
import { formatAge } from "../format";
import { LeaseDialog } from "./lease_dialog";
import "./lease.css";

interface Props {
  readonly device: Device;
  /** Whether it is offered where nobody has one. */
  readonly isOffered: boolean;
}

export function LeaseLine({ device, isOffered }: Props) {
  const { greeted, katgate, login, now } = useDashboard();
  const [asking, setAsking] = useState<"take" | "break" | null>(null);
  const [problem, setProblem] = useState("");
  const lease = leaseOf(device, now.value);
  const hello = greeted.value;
  const isMine = lease !== null && lease.holder === hello?.user;
  const isAsked = login.who.value !== null;
  const mayTake = isAsked && mayAs(hello?.role ?? null, "operator") && (lease === null || isMine);
  const mayBreak = isAsked && mayAs(hello?.role ?? null, "admin") && lease !== null && !isMine;
  if (lease === null && !(isOffered && mayTake)) return null;
  const act = (done: Promise<unknown>) => {
    setAsking(null);
    setProblem("");
    done.catch((error: unknown) => setProblem(error instanceof Error ? error.message : ""));
  };
  return (
    <div class="lease" data-lease={lease?.holder ?? ""} data-mine={isMine}>
      {lease === null ? (
        <span>Nobody commands {device.name} alone.</span>
      ) : (
        <LeaseText device={device.name} lease={lease} isMine={isMine} />
      )}
      {mayTake && (
        <button type="button" data-lease-button="take" onClick={() => setAsking("take")}>
          {isMine ? "Renew" : "Take command"}
        </button>
      )}
      {isMine && (
        <button
          type="button"
          data-lease-button="release"
          onClick={() => act(endLease(katgate, device.name))}
        >
          Release
        </button>
      )}
      {mayBreak && (
        <button type="button" data-lease-button="break" onClick={() => setAsking("break")}>
          Break
        </button>
      )}
      <span class="problem" role="status">
        {problem}
      </span>
      {asking === "take" && (
        <LeaseDialog
          device={device.name}
          lease={lease}
          onTake={(asked) => act(takeLease(katgate, device.name, asked))}
          onBack={() => setAsking(null)}
        />
      )}
      {asking === "break" && lease !== null && (
        <Confirmation
          question={
            <>
              <b>{lease.holder}</b> may be in the middle of something with <b>{device.name}</b>, and
              will not be asked. Everybody who may can command it then.
            </>
          }
          line={`break the command lease of ${lease.holder} on ${device.name}`}
          deed={`Break ${lease.holder}'s lease`}
          onConfirm={() => act(endLease(katgate, device.name))}
          onBack={() => setAsking(null)}
        />
      )}
    </div>
  );
}

interface TextProps {
  readonly device: string;
  readonly lease: Lease;
  readonly isMine: boolean;
}

function LeaseText({ device, lease, isMine }: TextProps) {
  const { now } = useDashboard();
  const times = useTimes();
  return (
    <span>
      <b>{isMine ? "You command" : `${lease.holder} commands`}</b> {device} until{" "}
      {times.clock(lease.expires, now.value)}
      {times.suffix} ({formatAge(lease.expires - now.value)} left)
      {lease.comment !== "" && `: ${lease.comment}`}
    </span>
  );
}
