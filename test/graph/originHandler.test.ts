import { expect, test } from 'vitest';
import { Attempt, OriginHandler } from '../../functions/graph/originHandler.ts';

test('a request whose time is over before it leaves was not sent', async () => {
  const attempt = new Attempt();
  const handler = new OriginHandler(new URL('http://127.0.0.1:1'));
  const context = {
    request: 'https://graph.microsoft.com/v1.0/users/a/sendMail',
    options: { method: 'POST', body: 'x', signal: AbortSignal.abort() },
    middlewareControl: { getMiddlewareOptions: () => attempt },
  };
  await expect(handler.execute(context as never)).rejects.toThrow();
  expect(attempt.failure).toMatchObject({ kind: 'unreachable', code: 'TimeoutError' });
});
