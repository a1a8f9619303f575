// Loaded into a command's process before it: what it asks of Microsoft's clouds, stand-ins on this machine answer.
const standIns = new Map(Object.entries(JSON.parse(process.env.STAND_INS ?? '{}')));
const ask = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (url.hostname === '127.0.0.1') return ask(input, init);
  const origin = standIns.get(url.origin);
  if (!origin) throw new Error(`nothing stands in for ${url.origin}`);
  return ask(new URL(url.pathname + url.search, origin), init);
};
// Somebody sits at a terminal, and answers.
process.stdin.isTTY = true;
