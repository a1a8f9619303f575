import { calm, type Fate } from './fate.ts';

/** A process: its workers live and die together. */
export class Process<Room> {
  readonly room: Room;
  alive = true;

  constructor(room: Room) {
    this.room = room;
  }
}

/**
 * A run of the app's own code that stops wherever it touches the world, until it is told to go on.
 * So any two may be interleaved, and each may die anywhere, without a second really passing.
 */
export class Worker<Room> {
  readonly process: Process<Room>;
  readonly name: string;
  /** Of the step that it was last told to go on with. */
  fate: Fate = calm;
  /** Storage goes on failing for so many writes. */
  outage = 0;
  /** Whether Sent Items has shown it that its mail is there. */
  sawThere = false;
  error: unknown;
  /** Ends the request that is out, if any. */
  hangUp = () => {};
  state: 'running' | 'waiting' | 'finished' = 'running';
  #goOn = () => {};
  #arrived = () => {};
  #arrival = Promise.resolve();

  constructor(process: Process<Room>, name: string) {
    this.process = process;
    this.name = name;
  }

  /** Begins, up to the first point. */
  start(body: () => Promise<unknown>): Promise<void> {
    this.#depart();
    body()
      .catch((error) => {
        this.error = error;
      })
      .finally(() => this.#arrive('finished'));
    return this.#arrival;
  }

  /** Called by the app's code, by way of its rooms: stands still. */
  async point(): Promise<Fate> {
    const going = new Promise<void>((resolve) => {
      this.#goOn = resolve;
    });
    this.#arrive('waiting');
    await going;
    return this.fate;
  }

  /** Called by the app's code once its process is dead: it is never heard of again. */
  vanish(): Promise<never> {
    this.process.alive = false;
    this.#arrive('finished');
    return new Promise(() => {});
  }

  /** Goes on to its next point, or to its end. */
  go(fate: Fate): Promise<void> {
    this.#depart();
    this.fate = fate;
    this.#goOn();
    return this.#arrival;
  }

  #depart() {
    this.state = 'running';
    this.#arrival = new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  #arrive(state: 'waiting' | 'finished') {
    this.state = state;
    this.#arrived();
  }
}
