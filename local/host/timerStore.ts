import { type BlobLeaseClient, BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { runtimeMoment } from './invocation.ts';
import { answerOf } from './refusal.ts';
import type { TimerStatus } from './timerStatus.ts';

/** A lease on a timer: who has it ticks. */
export interface TimerLease {
  /** throws what storage throws; a 412 or 409 where somebody else has it */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/** Where hosts keep what they know of timers, and agree on who ticks. */
export interface TimerStore {
  /** undefined where nothing was written yet */
  read(functionName: string): Promise<TimerStatus | undefined>;
  write(functionName: string, status: TimerStatus): Promise<void>;
  /** undefined where another host has it */
  tryLease(functionName: string, seconds: number): Promise<TimerLease | undefined>;
}

/** For a host without storage, alone. */
export function timersInMemory(): TimerStore {
  const all = new Map<string, TimerStatus>();
  return {
    read: async (name) => all.get(name),
    write: async (name, status) => void all.set(name, status),
    tryLease: async () => ({ renew: async () => {}, release: async () => {} }),
  };
}

/** In Azure this is made of the app's name. */
const hostId = 'security-info-notifier';
const fullName = (functionName: string) => `Host.Functions.${functionName}`;
const never = '0001-01-01T00:00:00+00:00';

/** In the blobs where the genuine host keeps them, in its own words. */
export function timersInBlobs(storage: string): TimerStore {
  const service = BlobServiceClient.fromConnectionString(storage, {
    retryOptions: { maxTries: 2, retryDelayInMs: 200 },
  });
  const container = service.getContainerClient('azure-webjobs-hosts');
  const statusOf = (name: string) =>
    container.getBlockBlobClient(`timers/${hostId}/${fullName(name)}/status`);
  return {
    async read(name) {
      try {
        return parse((await statusOf(name).downloadToBuffer()).toString('utf8'));
      } catch (error) {
        if (answerOf(error) === 'missing') return undefined;
        throw error;
      }
    },
    async write(name, status) {
      const text = print(status);
      await inContainer(container, () => statusOf(name).upload(text, Buffer.byteLength(text)));
    },
    async tryLease(name, seconds) {
      const blob = container.getBlockBlobClient(`locks/${hostId}/${fullName(name)}.Listener`);
      const lease = blob.getBlobLeaseClient();
      const acquired = await acquire(lease, seconds, async () => {
        await inContainer(container, () =>
          blob.upload('', 0, { conditions: { ifNoneMatch: '*' } }),
        );
      });
      if (!acquired) return undefined;
      return {
        renew: async () => void (await lease.renewLease()),
        release: async () => void (await lease.releaseLease()),
      };
    },
  };
}

async function acquire(
  lease: BlobLeaseClient,
  seconds: number,
  create: () => Promise<void>,
): Promise<boolean> {
  try {
    await lease.acquireLease(seconds);
    return true;
  } catch (error) {
    const { statusCode } = Object(error) as { statusCode?: number };
    if (statusCode === 409) return false;
    if (statusCode !== 404) throw error;
  }
  await create().catch((error) => {
    // Another host has made it just now, and may hold it already.
    if (![409, 412].includes((Object(error) as { statusCode: number }).statusCode)) throw error;
  });
  return acquire(lease, seconds, create);
}

/** The container is made when something is first written to it. */
async function inContainer<T>(container: ContainerClient, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (answerOf(error) !== 'missing') throw error;
    await container.createIfNotExists();
    return write();
  }
}

/** The status as the host writes it. */
function print({ last, next, lastUpdated }: TimerStatus): string {
  const time = (at: Date | undefined) => (at ? runtimeMoment(at) : never);
  return JSON.stringify({ Last: time(last), Next: time(next), LastUpdated: time(lastUpdated) });
}

function parse(text: string): TimerStatus {
  const { Last, Next, LastUpdated } = JSON.parse(text) as Record<string, string>;
  const time = (at: string | undefined) =>
    at && !at.startsWith('0001-') ? new Date(at) : undefined;
  return { last: time(Last), next: new Date(Next ?? never), lastUpdated: time(LastUpdated) };
}
