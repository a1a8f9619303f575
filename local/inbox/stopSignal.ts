import { isAlive } from '../isAlive.ts';

/** When the local tenant is to stop, and whether it has been asked to. */
interface StopSignal {
  readonly requested: Promise<'stop'>;
  readonly isRequested: boolean;
}

/**
 * Resolves on Ctrl-C, on SIGTERM, when nobody reads the output any more, and when the parent has
 * ended: npm can be killed without passing it on.
 */
export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<'stop'>();
  let isRequested = false;
  const stop = () => {
    isRequested = true;
    resolve('stop');
  };
  // A second Ctrl-C changes nothing: npm passes on the one that the terminal has sent already.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', stop);
  process.stdout.on('error', stop);
  process.stderr.on('error', stop);
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent || !isAlive(parent)) stop();
  }, 1000).unref();
  return {
    requested: promise,
    get isRequested() {
      return isRequested;
    },
  };
}
