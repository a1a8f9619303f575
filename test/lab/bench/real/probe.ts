import { writeHeapSnapshot } from 'node:v8';

// Loaded before a process's own first module: tells its parent, when asked, what memory it takes. The process needs `--expose-gc` and a channel to its parent.

/** In bytes. */
export interface Memory {
  readonly heap: number;
  readonly rss: number;
  /** Outside the heap: buffers, and what libraries in C++ hold. */
  readonly external: number;
}

/** What a parent asks: `snapshot` is the path of a heap snapshot to write. */
export interface Question {
  readonly probe: true;
  /** Whether garbage is collected first: `heap` means little without, and with it `rss` is less later. */
  readonly collect: boolean;
  readonly snapshot?: string;
}

const isQuestion = (message: unknown): message is Question =>
  typeof message === 'object' && message !== null && 'probe' in message;

process.on('message', (message) => {
  if (!isQuestion(message)) return;
  const { rss } = process.memoryUsage();
  if (message.collect) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  if (message.snapshot) writeHeapSnapshot(message.snapshot);
  process.send?.({ heap: heapUsed, rss, external } satisfies Memory);
});
// What it waits for must not keep the process.
process.channel?.unref();
