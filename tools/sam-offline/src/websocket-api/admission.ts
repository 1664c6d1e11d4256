import { Fifo } from '../lambda/index.ts';

export interface AdmissionLimits {
  /** Handshakes whose function waits for an execution environment (items). */
  readonly waiting: number;
  /** Handshakes whose function waits or runs, while the machine is busy with messages (items). */
  readonly whileBusy: number;
}

/** A handshake that has begun. Both may be called again. */
export interface Admitted {
  /** Its `$connect` runs. */
  readonly start: () => void;
  /** It is complete, or refused. */
  readonly end: () => void;
}

/**
 * Lets a number of handshakes go on at once. The others wait for their turn, in their order.
 *
 * Messages of open connections go first. After a flood of handshakes, every client sends its first
 * message, and would otherwise wait for it until the last client is connected: longer than clients
 * wait, so that they connect again, and again.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #isBusy: () => boolean;
  #waiting = 0;
  #underWay = 0;
  readonly #queue = new Fifo<(admitted: Admitted) => void>();

  /** @param isBusy whether messages of open connections wait */
  constructor(limits: AdmissionLimits, isBusy: () => boolean) {
    this.#limits = limits;
    this.#isBusy = isBusy;
  }

  /** Resolves when it is the caller's turn. */
  enter(): Promise<Admitted> {
    return new Promise((resolve) => {
      this.#queue.add(resolve);
      this.#admit();
    });
  }

  #admit(): void {
    while (this.#queue.size > 0 && this.#hasRoom()) this.#queue.take()?.(this.#begin());
  }

  #hasRoom(): boolean {
    const { waiting, whileBusy } = this.#limits;
    return this.#waiting < waiting && (this.#underWay < whileBusy || !this.#isBusy());
  }

  #begin(): Admitted {
    this.#waiting += 1;
    this.#underWay += 1;
    let [hasStarted, hasEnded] = [false, false];
    const start = (): void => {
      if (hasStarted) return;
      hasStarted = true;
      this.#waiting -= 1;
      this.#admit();
    };
    return {
      start,
      end: () => {
        start();
        if (hasEnded) return;
        hasEnded = true;
        this.#underWay -= 1;
        this.#admit();
      },
    };
  }
}
