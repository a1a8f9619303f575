import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Environment } from '../functions/config/config.ts';
import { isAlive } from '../local/isAlive.ts';

/** One file for each tenant that runs, named by the port of its page: no two of them have the same. */
const usual = join(import.meta.dirname, '..', 'dist', 'local-tenants');

/** Where a local tenant can be reached, for as long as it runs. */
interface Running {
  readonly pid: number;
  readonly settings: Environment;
}

/** A tenant that runs on this machine, from this checkout. */
export interface LocalTenant {
  /** Of its page. */
  readonly port: number;
  readonly settings: Environment;
}

const fileOf = (folder: string, port: number) => join(folder, `${port}.json`);

/** Says where the local tenant is. Its only key is the emulator's, which is the same everywhere. */
export async function announceLocalTenant(
  { port, settings: environment }: LocalTenant,
  folder: string = usual,
): Promise<void> {
  // The settings read the words of the mail, which are not compiled before the tenant is built.
  const { settings: known } = await import('../functions/config/config.ts');
  // The environment may hold what is nobody's business.
  const named = [...Object.keys(known), 'AzureWebJobsStorage', 'AZURE_CLIENT_ID'];
  const settings = Object.fromEntries(
    named.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  mkdirSync(folder, { recursive: true });
  const running: Running = { pid: process.pid, settings };
  writeFileSync(fileOf(folder, port), JSON.stringify(running, null, 2));
}

/** Says that it is gone, unless another one has been started at that port since. */
export function withdrawLocalTenant(port: number, folder: string = usual): void {
  if (readRunning(folder, port)?.pid === process.pid) rmSync(fileOf(folder, port), { force: true });
}

/** The tenants that run, by the ports of their pages. Files of those that were killed are removed. */
export async function localTenants(folder: string = usual): Promise<readonly LocalTenant[]> {
  const found = portsIn(folder).map(async (port) => {
    const running = readRunning(folder, port);
    // A number of a process is given anew in time: its page must answer as well.
    if (running && isAlive(running.pid) && (await answers(port))) {
      return [{ port, settings: running.settings }];
    }
    rmSync(fileOf(folder, port), { force: true });
    return [];
  });
  return (await Promise.all(found)).flat();
}

function portsIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .flatMap((name) => Number(/^(\d{1,5})\.json$/.exec(name)?.[1] ?? []))
      .filter((port) => port > 0)
      .sort((one, other) => one - other);
  } catch {
    return [];
  }
}

function readRunning(folder: string, port: number): Running | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder, port), 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

/** In ms: on this machine, a page that is there answers at once. */
const longestAnswer = 2000;

const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: longestAnswer });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
