import { connectGraph } from '../../../functions/graph/client.ts';
import { issuedBy } from '../../../functions/graph/identityEndpoint.ts';
import { TokenSource } from '../../../functions/graph/tokenSource.ts';
import { type Simulator, startSimulator } from '../../../local/graph/simulator.ts';
import { identityHeader, tokenPath } from '../../../local/graph/tokenEndpoint.ts';
import { percentile } from '../scale/percentile.ts';
import { atMost, type BenchRow, fact, short } from './row.ts';

// Whether anybody waits for the renewal of a token. Calls of two processes take turns: one's token is
// new, the other's is past half of its life, and the endpoint never answers. Only their ratio is judged.

const [turns, callsATurn] = [20, 50];
const halfLifeMs = 12 * 3_600_000;

/** A process, and how long its calls to Graph take, in ms. */
async function startProcess(simulator: Simulator) {
  let aheadMs = 0;
  const now = () => new Date(Date.now() + aheadMs);
  const url = new URL(`${simulator.url}${tokenPath}`);
  const issue = issuedBy({ url, header: identityHeader }, 'app');
  const credential = new TokenSource(issue, { now, log: () => {} });
  const origin = new URL(simulator.url);
  const graph = connectGraph({ origin, credential, now, wait: async () => {} });
  const times: number[] = [];
  const call = async () => {
    const start = performance.now();
    await graph.get('/users/AdeleV@contoso.example?$select=id');
    times.push(performance.now() - start);
  };
  await call();
  return {
    call,
    /** Calls from now on. */
    age() {
      times.length = 0;
      aheadMs = halfLifeMs + 60_000;
    },
    answered: () => times.length,
    p99: () => percentile(times, 0.99),
  };
}

/** The 99th percentile of the calls' times in ms, and the requests for tokens while the renewal went on. */
interface TokenRun {
  readonly without: number;
  readonly during: number;
  readonly answered: number;
  readonly requests: number;
}

/** A thousand calls without a renewal, and as many while one gets no answer. */
export async function renewal(): Promise<TokenRun> {
  const simulator = await startSimulator();
  try {
    const [fresh, renewing] = [await startProcess(simulator), await startProcess(simulator)];
    renewing.age();
    const asked = simulator.counts.token;
    simulator.faults.set('identity', { kind: 'hang' });
    for (let turn = 0; turn < turns; turn += 1) {
      for (const { call } of [fresh, renewing]) {
        for (let calls = 0; calls < callsATurn; calls += 1) await call();
      }
    }
    return {
      without: fresh.p99(),
      during: renewing.p99(),
      answered: renewing.answered(),
      requests: simulator.counts.token - asked,
    };
  } finally {
    await simulator.close();
  }
}

/** Graph's 99th percentile while a token is renewed, against that without. */
export async function tokenRows(): Promise<BenchRow[]> {
  const { without, during, requests } = await renewal();
  return [
    atMost('Graph’s p99 while a token is renewed, times that without', 2, during / without),
    fact('the same in milliseconds', `${short(during)}; ${short(without)}`),
    atMost('requests for tokens of a thousand calls at that time', 1, requests),
  ];
}
