import type { AddressInfo } from 'node:net';
import type { AuditLog } from './auditLog.ts';
import type { AuditRecord } from './auditRecord.ts';
import type { Directory } from './directory.ts';
import type { Faults } from './faults.ts';
import type { Grants } from './grants.ts';
import type { Scene } from './happenings/scenes.ts';
import { type Ingestion, type PlayOptions, Stage } from './happenings/stage.ts';
import type { HappeningName } from './happenings.ts';
import type { Mailboxes } from './mailboxes.ts';
import { newTenant } from './newTenant.ts';
import type { PasskeyMethods } from './passkeyMethods.ts';
import { seededRandom } from './random.ts';
import type { Registrations } from './registrations.ts';
import { type LoggedRequest, type RequestCounts, RequestLog } from './requestLog.ts';
import { createGraphServer } from './server.ts';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly now?: () => Date;
  /** Same seed, same ids, numbers and delays. */
  readonly seed?: number;
  /**
   * `late`, the default: a row is listed 0.5 to 4 s after its time, and rows of one happening out
   * of order. `prompt`: all rows are listed at once, even those timed a few seconds ahead.
   */
  readonly ingestion?: Ingestion;
  /** How long a sendMail takes in real milliseconds, 0 by default. Exchange takes about 500. */
  readonly sendLatencyMs?: number;
}

/** A Graph of its own for the Contoso demo tenant, on this machine. */
export interface Simulator {
  /** `http://127.0.0.1:PORT`, without `/v1.0`. */
  readonly url: string;
  readonly directory: Directory;
  readonly audit: AuditLog;
  readonly mailboxes: Mailboxes;
  readonly passkeys: PasskeyMethods;
  /** What the report on registered methods shows. */
  readonly registrations: Registrations;
  readonly faults: Faults;
  readonly grants: Grants;
  /** The last 1,000 requests. */
  readonly requests: readonly LoggedRequest[];
  readonly counts: RequestCounts;
  /** Whether any request carried a credential. None must ever be sent here. */
  readonly sawAuthorization: boolean;
  /** Writes the rows that Entra writes when this happens, and gives them back. */
  happen(name: HappeningName, options?: PlayOptions): AuditRecord[];
  /** The same for a scene that is on no menu. */
  perform(scene: Pick<Scene, 'person' | 'script'>, options?: PlayOptions): AuditRecord[];
  /** Also ends the requests that still hang. */
  close(): Promise<void>;
}

const host = '127.0.0.1';

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, now = () => new Date(), seed = 1 } = options;
  const tenant = newTenant(now);
  const { directory, audit, mailboxes, passkeys, registrations, faults, grants } = tenant;
  const log = new RequestLog();
  const random = seededRandom(seed);
  const stage = new Stage({
    directory,
    audit,
    passkeys,
    random,
    now,
    ingestion: options.ingestion ?? 'late',
  });
  let sawAuthorization = false;
  let closing: Promise<void> | undefined;
  const server = createGraphServer({
    tenant,
    log,
    sendLatencyMs: options.sendLatencyMs ?? 0,
    onAuthorization: () => {
      sawAuthorization = true;
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });

  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    directory,
    audit,
    mailboxes,
    passkeys,
    registrations,
    faults,
    grants,
    requests: log.entries,
    counts: log.counts,
    get sawAuthorization() {
      return sawAuthorization;
    },
    happen: (name, play) => stage.play(name, play),
    perform: (scene, play) => stage.perform(scene, play),
    close: () => {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}
