import type { AddressInfo } from 'node:net';
import { AuditLog } from './auditLog.ts';
import type { AuditRecord } from './auditRecord.ts';
import { Directory } from './directory.ts';
import { Faults } from './faults.ts';
import { Grants } from './grants.ts';
import type { Scene } from './happenings/scenes.ts';
import { type Ingestion, type PlayOptions, Stage } from './happenings/stage.ts';
import type { HappeningName } from './happenings.ts';
import { Mailboxes } from './mailboxes.ts';
import { PasskeyMethods } from './passkeyMethods.ts';
import { seededRandom } from './random.ts';
import { Registrations } from './registrations.ts';
import { type LoggedRequest, type RequestCounts, RequestLog } from './requestLog.ts';
import { createGraphServer } from './server.ts';
import { Throttle } from './throttle.ts';

export interface SimulatorOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  readonly host?: '127.0.0.1';
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

export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, host = '127.0.0.1', now = () => new Date(), seed = 1 } = options;
  const directory = new Directory();
  const audit = new AuditLog(now);
  const mailboxes = new Mailboxes(now);
  const passkeys = new PasskeyMethods();
  const registrations = new Registrations(directory, passkeys, now);
  const faults = new Faults();
  const grants = new Grants();
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
  // Graph's limits for the audit reports and for people's methods, per app and tenant.
  const [auditThrottle, methodsThrottle] = [new Throttle(5, 10_000), new Throttle(5, 10_000)];
  let sawAuthorization = false;
  let closing: Promise<void> | undefined;
  const server = createGraphServer({
    tenant: {
      directory,
      audit,
      mailboxes,
      passkeys,
      registrations,
      faults,
      grants,
      auditThrottle,
      methodsThrottle,
      now,
    },
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
