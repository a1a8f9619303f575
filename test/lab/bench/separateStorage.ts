import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { startAzurite } from '../../../local/azurite.ts';

// Azurite in a process of its own, so that its work and its memory are not taken for the app's.

interface SeparateStorage {
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** Starts it. It ends with this process at the latest. */
export async function startSeparateStorage(): Promise<SeparateStorage> {
  const child: ChildProcess = fork(import.meta.filename, {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [connectionString] = (await once(child, 'message')) as [string];
  return {
    connectionString,
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

if (import.meta.main) {
  const { connectionString } = await startAzurite();
  process.send?.(connectionString);
  process.once('disconnect', () => process.exit());
}
