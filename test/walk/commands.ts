/** The commands of a block of shell, each in one line, without what is only said of them. */
export function commandsIn(block: string): string[] {
  return block
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() && !line.startsWith('#'));
}

/** The first block of shell under a heading of a page. */
export function blockUnder(page: string, heading: string): string {
  const [, section = ''] = page.split(`\n${heading}\n`);
  const [, block = ''] = /```sh\n(.*?)```/s.exec(section) ?? [];
  return block;
}

/** The value of an option, as a command line gives it. Throws where it is missing. */
export function option(args: readonly string[], name: string): string {
  const value = args[args.indexOf(name) + 1];
  if (!args.includes(name) || value === undefined) throw new Error(`${name} is missing`);
  return value;
}
