import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../functions/config/config.ts';
import { isAlive } from '../local/isAlive.ts';

const file = join(import.meta.dirname, '..', 'dist', 'local-tenant.json');

/** Where the local tenant can be reached, for as long as it runs. */
interface Running {
  readonly pid: number;
  readonly settings: Environment;
}

/** Says where the local tenant is. Its only key is the emulator's, which is the same everywhere. */
export async function announceLocalTenant(environment: Environment): Promise<void> {
  // The settings read the words of the mail, which are not compiled before the tenant is built.
  const { settings: known } = await import('../functions/config/config.ts');
  // The environment may hold what is nobody's business.
  const named = [...Object.keys(known), 'AzureWebJobsStorage', 'AZURE_CLIENT_ID'];
  const settings = Object.fromEntries(
    named.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, settings } satisfies Running, null, 2));
}

/** Says that it is gone, unless another one has been started since. */
export function withdrawLocalTenant(): void {
  if (readRunning()?.pid === process.pid) rmSync(file, { force: true });
}

/** The settings of the local tenant; undefined where none is running. */
export function localTenantSettings(): Environment | undefined {
  const running = readRunning();
  return running && isAlive(running.pid) ? running.settings : undefined;
}

function readRunning(): Running | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Running;
  } catch {
    return undefined;
  }
}
