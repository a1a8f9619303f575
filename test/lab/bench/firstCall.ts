import { runHooks } from '../../../local/host/hooks.ts';
import { invoke } from '../../../local/host/invocation.ts';
import { loadApp } from '../../../local/host/registration.ts';

// A process of its own that loads an app and answers one call, as the worker does: `firstCall <entry>
// <function> <argument as JSON>`. Prints how long that took, in ms, from the process's start and from that
// of the app, and the memory then, in MB.

const [entry = '', name = '', json = '{}'] = process.argv.slice(2);

const begun = performance.now();
const { functions, hooks } = await loadApp([entry], 60);
await runHooks('appStart', hooks, () => {});
const target = functions.find((one) => one.name === name);
if (!target) throw new Error(`${entry} has no function "${name}".`);
const outcome = await invoke(target, { data: { json } }, (level, line) => {
  if (level === 'error') console.error(JSON.stringify(line));
});
const answered = performance.now();
const { user, system } = process.cpuUsage();
const megabytes = process.memoryUsage.rss() / 2 ** 20;
console.log(
  JSON.stringify({
    sinceStart: answered,
    loading: answered - begun,
    cpu: (user + system) / 1000,
    megabytes,
  }),
);
process.exit(outcome === 'succeeded' ? 0 : 1);
