import { setFlagsFromString } from 'node:v8';

/**
 * To be called before a long play. Each mail is made of buffers, and V8 begins a full collection for every 64 MB of
 * them, whatever else there is: some hundred a day of a large tenant, each of which marks gigabytes of its table.
 */
export const expectManyBuffers = (): void =>
  setFlagsFromString('--external-memory-accounted-in-global-limit');
