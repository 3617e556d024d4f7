/** All devices katgate serves, in its order, by what it last said of them. */
import type { Device, DevicesChange, Problem, SubId } from "../wire";
import type { Connection } from "./connection";

export interface DevicesListener {
  /** All there are now. Called at first, and with every change of one of them. */
  onDevices(devices: readonly Device[]): void;
  onFailed?(problem: Problem): void;
}

export class DeviceListWish {
  readonly key = "devices";
  sub: SubId | null = null;
  onLateAnswer: (sub: SubId) => void = () => {};
  readonly #connection: Connection;
  readonly #listener: DevicesListener;
  #byName: Map<string, Device> = new Map();
  #turn = 0;

  constructor(connection: Connection, listener: DevicesListener) {
    this.#connection = connection;
    this.#listener = listener;
  }

  ask(): void {
    this.#turn += 1;
    const turn = this.#turn;
    this.#connection.call(
      "devices.subscribe",
      {},
      {
        answer: (answer) => {
          if (turn !== this.#turn) {
            if (answer.ok) this.onLateAnswer(answer.result.sub);
            return;
          }
          if (!answer.ok) return this.#listener.onFailed?.(answer.problem);
          this.sub = answer.result.sub;
          this.#byName = new Map(answer.result.devices.map((device) => [device.name, device]));
          this.#tell();
        },
      },
    );
  }

  lost(): void {
    this.#turn += 1;
    this.sub = null;
  }

  end(): void {
    this.#turn += 1;
  }

  onDevices(change: DevicesChange): void {
    for (const device of change.devices) this.#byName.set(device.name, device);
    for (const name of change.removed) this.#byName.delete(name);
    this.#tell();
  }

  #tell(): void {
    this.#listener.onDevices([...this.#byName.values()]);
  }
}
