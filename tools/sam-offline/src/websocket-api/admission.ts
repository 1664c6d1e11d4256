import { Fifo } from '../lambda/index.ts';

export interface AdmissionLimits {
  /** The most handshakes whose function waits for an execution environment. */
  readonly waiting: number;
  /** The most handshakes whose function waits or runs while messages of open connections wait. */
  readonly whileBusy: number;
}

/** A handshake that has begun. Further calls of its functions have no effect. */
export interface Admitted {
  /** Is called when its `$connect` runs. */
  readonly start: () => void;
  /** Is called when it is complete or refused. */
  readonly end: () => void;
}

/**
 * Lets a limited number of handshakes run at the same time. The others wait, and start in the order
 * in which they came.
 *
 * Messages of open connections go first. After a flood of handshakes, every client sends its first
 * message. Without this rule, its response would come only after the last client is connected.
 * Clients do not wait that long: they would connect again and again.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #isBusy: () => boolean;
  #waiting = 0;
  #underWay = 0;
  readonly #queue = new Fifo<(admitted: Admitted) => void>();

  /** @param isBusy whether messages of open connections wait for execution environments */
  constructor(limits: AdmissionLimits, isBusy: () => boolean) {
    this.#limits = limits;
    this.#isBusy = isBusy;
  }

  /** Waits until the caller's handshake may begin. */
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
