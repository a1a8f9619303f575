import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a script answers that has a process to itself, with these options of Node's. Throws where it ends without an answer. */
export async function inChild<T>(
  script: string,
  args: readonly string[],
  options: readonly string[] = [],
): Promise<T> {
  const child = fork(script, args, {
    execArgv: ['--expose-gc', ...options],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`${script} ended with ${code}`);
  });
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as [T];
  await ended.catch(() => {});
  return answer;
}
