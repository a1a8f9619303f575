import { compileTemplates } from '../local/preview/templates.ts';

// node cli/run.ts COMMAND …: a command's own options follow its name.
const [command = ''] = process.argv.splice(2, 1);
compileTemplates();
// What is imported here reads what was compiled just now.
await import(`./${command}/main.ts`);
