import type { IncomingMessage } from 'node:http';
import { answerPreview } from '../preview/live.ts';
import { type Answer, json, Refusal } from './answer.ts';
import { readBody } from './gate.ts';
import type { Inbox } from './inbox.ts';
import { mailDocument, takeApart } from './mailView.ts';
import { pageFile } from './pageFiles.ts';
import { happen, setFault } from './wishes.ts';

interface Asked {
  readonly inbox: Inbox;
  /** What stands in the path for `:id`. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly body: () => Promise<unknown>;
}

const done = json({ ok: true });

const routes: Readonly<Record<string, (asked: Asked) => Answer | Promise<Answer>>> = {
  'GET /events': ({ inbox }) => ({ kind: 'stream', join: (response) => inbox.join(response) }),
  'GET /api/state': ({ inbox }) => json(inbox.state()),
  'GET /api/mails/:id': async ({ inbox, id }) => json(await takeApart(inbox.mail(id))),
  'GET /api/mails/:id/story': async ({ inbox, id }) => json(await inbox.story(id)),
  'GET /mail/:id': async ({ inbox, id, query }) => {
    const view = query.get('view') ?? 'rendered';
    if (view === 'rendered' || view === 'dark') {
      return { kind: 'mail', body: await mailDocument(inbox.mail(id), view) };
    }
    throw new Refusal(400, 'view: must be one of rendered, dark.', 'view');
  },
  'POST /api/happen': async ({ inbox, body }) => {
    const result = happen(await body(), inbox.simulator);
    inbox.announce();
    return json(result);
  },
  'POST /api/faults': async ({ inbox, body }) => {
    setFault(await body(), inbox.simulator.faults);
    inbox.announce();
    return done;
  },
  'DELETE /api/faults': ({ inbox }) => {
    inbox.simulator.faults.clear();
    inbox.announce();
    return done;
  },
  'DELETE /api/mails': ({ inbox }) => {
    inbox.clearMails();
    return done;
  },
};

/** Finds what a request asks for, and does it. */
export async function answer(request: IncomingMessage, inbox: Inbox): Promise<Answer> {
  const { method = 'GET', url = '/' } = request;
  const { pathname, searchParams: query } = new URL(url, 'http://localhost');
  const body = () => readBody(request);
  for (const [route, handle] of Object.entries(routes)) {
    const id = matches(route, method, pathname);
    if (id !== undefined) return handle({ inbox, id, query, body });
  }
  if (method === 'GET' && pathname.startsWith('/preview/')) {
    return answerPreview(pathname.slice('/preview/'.length));
  }
  const file = method === 'GET' ? pageFile(pathname) : undefined;
  if (file) return file;
  throw new Refusal(404, `There is no ${method} ${pathname}.`);
}

/** The part that stands for `:id`, empty without one; undefined where the route is another. */
function matches(route: string, method: string, pathname: string): string | undefined {
  const [wantedMethod, pattern = ''] = route.split(' ');
  if (method !== wantedMethod) return undefined;
  const [wanted, given] = [pattern.split('/'), pathname.split('/')];
  if (wanted.length !== given.length) return undefined;
  const fits = wanted.every((part, index) => part === ':id' || part === given[index]);
  return fits ? (given[wanted.indexOf(':id')] ?? '') : undefined;
}
