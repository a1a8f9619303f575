import './quickClock.ts';
import './probe.ts';
import { runHooks } from '../../../../local/host/hooks.ts';
import { invoke } from '../../../../local/host/invocation.ts';
import { loadApp } from '../../../../local/host/registration.ts';

// A process of its own that loads the app and answers calls, one or several at a time, as a worker of one
// function does: `groupProcess <entry>`. It is bundled, so that all of its memory is the app's and Node's.

/** What its parent wants called: with the trigger's argument, as JSON. */
export interface Call {
  readonly call: number;
  readonly name: string;
  readonly json: string;
}

export interface Answered {
  readonly call: number;
  readonly outcome: string;
}

const [entry = ''] = process.argv.slice(2);
const { functions, hooks } = await loadApp([entry], 600);
await runHooks('appStart', hooks, () => {});

process.on('message', async (message: Call) => {
  if (!('call' in message)) return;
  const { call, name, json } = message;
  const target = functions.find((one) => one.name === name);
  if (!target) throw new Error(`${entry} has no function "${name}".`);
  const outcome = await invoke(target, { data: { json } }, (level, line) => {
    if (level === 'error') console.error(JSON.stringify(line));
  });
  process.send?.({ call, outcome } satisfies Answered);
});
process.once('disconnect', () => process.exit());
process.channel?.ref();
process.send?.('loaded');
