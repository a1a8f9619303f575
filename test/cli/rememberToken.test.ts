import { expect, test } from 'vitest';
import { rememberToken } from '../../cli/rememberToken.ts';

const minute = 60_000;

/** A credential that counts, whose tokens are good for an hour. */
function counting(fails = 0) {
  let time = 0;
  let asked = 0;
  const getToken = async (scopes: string | string[]) => {
    asked += 1;
    if (asked <= fails) throw new Error('nobody is signed in');
    return { token: `${scopes} ${asked}`, expiresOnTimestamp: time + 60 * minute };
  };
  const credential = rememberToken({ getToken }, () => time);
  const ask = async (scope = 'graph') => (await credential.getToken(scope))?.token;
  return { ask, pass: (ms: number) => (time += ms) };
}

test('a token is asked for once for each scope, and anew before it ends', async () => {
  const { ask, pass } = counting();
  expect([await ask(), await ask(), await ask('storage'), await ask()]).toEqual([
    'graph 1',
    'graph 1',
    'storage 2',
    'graph 1',
  ]);
  pass(54 * minute);
  expect(await ask()).toBe('graph 1');
  pass(2 * minute);
  expect(await ask()).toBe('graph 3');
});

test('a failure is not remembered', async () => {
  const { ask } = counting(1);
  await expect(ask()).rejects.toThrow('nobody is signed in');
  expect(await ask()).toBe('graph 2');
});
