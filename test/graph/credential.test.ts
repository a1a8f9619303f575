import { expect, test } from 'vitest';
import { credentialsOf } from '../../functions/graph/credential.ts';
import { startSimulator } from '../../local/graph/simulator.ts';
import { identityHeader, tokenPath } from '../../local/graph/tokenEndpoint.ts';

const room = { now: () => new Date('2026-11-24T09:00:00Z'), log: () => {} };
const storage = (clientId: string) => ({
  tableUri: 'https://a.table.core.windows.net',
  queueUri: 'https://a.queue.core.windows.net',
  blobUri: undefined,
  clientId,
});

test('outside Azure, Graph and storage have one credential, whatever ids the settings name', () => {
  const identity = { kind: 'environment', clientId: 'app' } as const;
  const { graph, storage: same } = credentialsOf({ identity, storage: storage('other') }, room);
  expect(graph).toBeDefined();
  expect(same).toBe(graph);
});

test('in Azure it is one for each identity, and asks as that identity', async () => {
  const simulator = await startSimulator();
  try {
    const url = new URL(`${simulator.url}${tokenPath}`);
    const identity = {
      kind: 'managed',
      clientId: 'app',
      endpoint: { url, header: identityHeader },
    } as const;
    const one = credentialsOf({ identity, storage: storage('app') }, room);
    expect(one.storage).toBe(one.graph);
    const two = credentialsOf({ identity, storage: storage('data') }, room);
    expect(two.storage).not.toBe(two.graph);
    await two.graph?.getToken('https://graph.microsoft.com/.default');
    await two.storage?.getToken('https://storage.azure.com/.default');
    const asked = simulator.requests.map(({ query }) => new URLSearchParams(query));
    expect(asked.map((query) => [query.get('resource'), query.get('client_id')])).toEqual([
      ['https://graph.microsoft.com', 'app'],
      ['https://storage.azure.com', 'data'],
    ]);
  } finally {
    await simulator.close();
  }
});

test('whoever is signed in is it for both, and what needs none has none', () => {
  const signedIn = { getToken: async () => null };
  const identity = { kind: 'environment', clientId: 'app' } as const;
  expect(credentialsOf({ identity, storage: storage('app') }, room, signedIn)).toEqual({
    graph: signedIn,
    storage: signedIn,
  });
  const local = { kind: 'none', clientId: undefined } as const;
  expect(credentialsOf({ identity: local, storage: { connectionString: 'x' } }, room)).toEqual({
    graph: undefined,
    storage: undefined,
  });
});
