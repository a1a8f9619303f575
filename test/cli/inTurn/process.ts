import { join } from 'node:path';
import type { Ended } from './run.ts';

/*
 * Runs one command's file once for each command line that it is given as JSON, and prints as JSON what each
 * wrote and ended with. The file itself is evaluated anew each time, as the one of a process is; the modules
 * that it imports are evaluated once, and that is what takes so long.
 */

const [file = '', lines = '[]'] = process.argv.slice(2);
const { exit, stdout, stderr } = process;
const print = stdout.write.bind(stdout);
for (const one of [process, stdout, stderr]) one.setMaxListeners(0);

/** Collects what is written until `process.exit` is called, which here ends nothing. */
async function runOnce(args: readonly string[], turn: number): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  collect('stdout', said);
  collect('stderr', said);
  process.argv = [process.argv[0] ?? '', file, ...args];
  process.exitCode = undefined;
  const exited = new Promise<number>((resolve) => {
    process.exit = (code) => resolve(Number(code ?? process.exitCode ?? 0)) as never;
  });
  // A command that runs on has been evaluated, and called no exit.
  const evaluated = import(`${join(process.cwd(), file)}?${turn}`).then(() => null);
  return { code: await Promise.race([exited, evaluated]), ...said };
}

function collect(name: 'stdout' | 'stderr', said: { stdout: string; stderr: string }): void {
  process[name].write = ((text: string | Uint8Array, ...rest: unknown[]) => {
    said[name] += typeof text === 'string' ? text : Buffer.from(text).toString();
    const written = rest.at(-1);
    if (typeof written === 'function') setImmediate(written as () => void);
    return true;
  }) as typeof stdout.write;
}

const ended: Ended[] = [];
for (const [turn, args] of (JSON.parse(lines) as string[][]).entries()) {
  ended.push(await runOnce(args, turn));
}
print(JSON.stringify(ended), () => exit(0));
