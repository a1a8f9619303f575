import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, Refusal, writeAnswer } from './answer.ts';
import { checkCaller } from './gate.ts';
import { Inbox, type InboxParts } from './inbox.ts';
import { answer } from './routes.ts';

/** The page's server. */
export interface InboxServer {
  /** `http://localhost:PORT` */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/** How many ports after the wanted one are tried. */
const mostTries = 20;

/** Serves the inbox page to this machine only, on the wanted port or the next one that is free. */
export async function serveInbox(parts: InboxParts, wanted: number): Promise<InboxServer> {
  const inbox = new Inbox(parts);
  const server = createServer((request, response) => {
    const answered = async () => {
      checkCaller(request);
      return answer(request, inbox);
    };
    answered()
      .catch((error: unknown) => {
        const { status, message, field } =
          error instanceof Refusal ? error : new Refusal(500, String(error));
        return json({ error: message, ...(field && { field }) }, status);
      })
      .then((given) => writeAnswer(response, given))
      // The page went away while it was being answered.
      .catch(() => response.destroy());
  });
  try {
    const port = await listenNear(server, wanted);
    return {
      url: `http://localhost:${port}`,
      port,
      close() {
        inbox.close();
        return new Promise((resolve) => {
          server.close(() => resolve());
          server.closeAllConnections();
        });
      },
    };
  } catch (error) {
    inbox.close();
    throw error;
  }
}

async function listenNear(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; ; port += 1) {
    try {
      await listen(server, port);
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
      if (!taken || port - wanted >= mostTries || port >= 65_535) throw error;
    }
  }
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}
