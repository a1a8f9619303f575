import { afterEach } from 'vitest';
import {
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../../../local/graph/simulator.ts';

/** A clock that only moves when told to. */
class Clock {
  #time = Date.parse('2026-11-24T10:00:00.000Z');
  readonly now = (): Date => new Date(this.#time);

  advance(seconds: number): void {
    this.#time += seconds * 1000;
  }
}

export interface TestTenant {
  readonly clock: Clock;
  readonly simulator: Simulator;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
}

const running: Simulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

/** A simulator on a clock of its own, closed when the test ends. */
export async function startTenant(options: SimulatorOptions = {}): Promise<TestTenant> {
  const clock = new Clock();
  const simulator = await startSimulator({ now: clock.now, ...options });
  running.push(simulator);
  return {
    clock,
    simulator,
    get: (path, headers = {}) => fetch(`${simulator.url}/v1.0${path}`, { headers }),
  };
}

/** Code and message of a refusal, in one line. */
export async function refusal(response: Response): Promise<string> {
  const { error } = (await response.json()) as {
    error: { code: string; message: string; innerError: Record<string, string> };
  };
  return `${response.status} ${error.code}: ${error.message}`;
}
