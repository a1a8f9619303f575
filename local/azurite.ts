import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire, Module } from 'node:module';
import type { AddressInfo } from 'node:net';

/** A storage emulator inside this process. */
export interface Azurite {
  readonly connectionString: string;
  readonly blobPort: number;
  readonly queuePort: number;
  readonly tablePort: number;
  stop(): Promise<void>;
}

interface AzuriteServer {
  readonly httpServer: Server;
  start(): Promise<void>;
  close(): Promise<void>;
}

interface AzuriteModule<T> {
  readonly default: new (...args: unknown[]) => T;
}

const host = '127.0.0.1';

/** The account and key that every Azurite has; they are public and protect nothing. */
const account = 'devstoreaccount1';
const accountKey =
  'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Starts Azurite's servers in memory, on free ports unless told otherwise. They
 * leave no files behind, log nothing and send no telemetry, which only Azurite's own command line
 * switches on. Its package has no public way in, so this is the one module that knows its private
 * paths and the order of its constructors' arguments; they hold for the exact version in
 * package.json.
 */
export async function startAzurite(
  options: { blobPort?: number; queuePort?: number; tablePort?: number } = {},
): Promise<Azurite> {
  const blob = blobServer(options.blobPort ?? 0);
  const queue = queueServer(options.queuePort ?? 0);
  const table = tableServer(options.tablePort ?? 0);
  const started: AzuriteServer[] = [];
  try {
    for (const server of [blob, queue, table]) {
      await server.start();
      started.push(server);
    }
  } catch (error) {
    await Promise.all(started.map(close));
    throw error;
  }

  const [blobPort, queuePort, tablePort] = [portOf(blob), portOf(queue), portOf(table)];
  return {
    blobPort,
    queuePort,
    tablePort,
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${accountKey}`,
      `BlobEndpoint=http://${host}:${blobPort}/${account}`,
      `QueueEndpoint=http://${host}:${queuePort}/${account}`,
      `TableEndpoint=http://${host}:${tablePort}/${account}`,
      '',
    ].join(';'),
    async stop() {
      await Promise.all([blob, queue, table].map(close));
    },
  };
}

function blobServer(port: number): AzuriteServer {
  const Configuration = load<object>('blob/BlobConfiguration');
  const BlobServer = load<AzuriteServer>('blob/BlobServer');
  return new BlobServer(
    new Configuration(
      host,
      port,
      undefined, // keep-alive timeout
      undefined, // metadata file, unused in memory
      undefined, // extents file, unused in memory
      undefined, // extents folders, unused in memory
      ...quietInMemory,
    ),
  );
}

function queueServer(port: number): AzuriteServer {
  const Configuration = load<object>('queue/QueueConfiguration');
  const QueueServer = load<AzuriteServer>('queue/QueueServer');
  return new QueueServer(
    new Configuration(
      host,
      port,
      undefined, // keep-alive timeout
      undefined, // metadata file, unused in memory
      undefined, // extents file, unused in memory
      undefined, // extents folders, unused in memory
      ...quietInMemory,
    ),
  );
}

function tableServer(port: number): AzuriteServer {
  const Configuration = load<object>('table/TableConfiguration');
  const TableServer = load<AzuriteServer>('table/TableServer');
  const [accessLog, accessLogStream, debugLog, ...rest] = quietInMemory;
  return new TableServer(
    new Configuration(
      host,
      port,
      undefined, // keep-alive timeout
      undefined, // metadata file, unused in memory
      debugLog, // here the debug log comes first
      accessLog,
      accessLogStream,
      ...rest,
    ),
  );
}

/** The arguments that both configurations share, in the queue's order. */
const quietInMemory = [
  false, // access log
  undefined, // access log stream
  false, // debug log
  undefined, // debug log file
  false, // loose
  true, // skip the API version check: the SDKs are newer than the emulator
  '', // certificate
  '', // its key
  '', // its password
  undefined, // OAuth
  false, // disable product-style URLs
  true, // in memory
] as const;

const require = createRequire(import.meta.url);

/**
 * Azurite's modules load those of its telemetry, which nothing here calls: OpenTelemetry with all its
 * exporters, more than all the rest of Azurite. They find an empty module instead.
 */
const telemetry = createRequire(require.resolve('azurite/package.json')).resolve(
  'applicationinsights',
);
require.cache[telemetry] ??= Object.assign(new Module(telemetry), { exports: {}, loaded: true });

function load<T>(path: string): AzuriteModule<T>['default'] {
  return (require(`azurite/dist/src/${path}`) as AzuriteModule<T>).default;
}

function portOf(server: AzuriteServer): number {
  return (server.httpServer.address() as AddressInfo).port;
}

/** Azurite doesn't wait for its own port to be free again. */
async function close(server: AzuriteServer): Promise<void> {
  const closed = once(server.httpServer, 'close');
  await server.close();
  server.httpServer.closeAllConnections();
  await closed;
}
