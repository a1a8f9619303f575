import type { Azurite } from '../../../local/azurite.ts';
import { World } from '../../integration/world.ts';
import { StoredQueue } from '../faults/storedQueue.ts';
import { between, type Counts, Meter } from './meter.ts';

/** The app in a world in which every request to storage and Graph is counted. */
export class CountedWorld {
  readonly world: World;
  readonly #meter: Meter;

  private constructor(world: World, meter: Meter) {
    this.world = world;
    this.#meter = meter;
  }

  static async open(
    azurite: Azurite,
    settings: Record<string, string> = {},
  ): Promise<CountedWorld> {
    const meter = await Meter.open(azurite);
    const { connectionString } = meter;
    const world = await World.open({ connectionString }, settings, {
      queue: (now) => new StoredQueue(connectionString, azurite.connectionString, now),
    });
    return new CountedWorld(world, meter);
  }

  /** What some work asks for, in each of `times`. */
  async count(work: () => Promise<unknown>, times = 1): Promise<Counts> {
    const before = this.#meter.read(this.world.simulator.counts);
    await work();
    return between(before, this.#meter.read(this.world.simulator.counts), times);
  }

  /** Sends what is due, and what becomes due within `minutes`, without polling. */
  async deliverFor(minutes: number): Promise<void> {
    for (let step = 0; step < minutes * 60; step += 1) {
      await this.world.deliverDue();
      this.world.advance(1);
    }
  }

  async close(): Promise<void> {
    await this.world.close();
    await this.#meter.close();
  }
}
