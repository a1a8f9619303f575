import { matrix } from './matrix.ts';
import { playRow } from './row.ts';

const wanted = process.argv[2] ?? '';
for (const row of matrix) {
  if (!`${row.group} ${row.name}`.includes(wanted)) continue;
  const { tally, seconds, problems } = await playRow(row);
  const { expected, mailed, missing, repeated } = tally;
  console.log(
    `${problems.length ? 'FAIL' : 'ok  '} ${row.group}: ${row.name}  ${expected}/${mailed}/${missing.length}/${repeated.length} ${seconds.toFixed(1)} s`,
  );
  for (const problem of problems) console.log(`       ${problem}`);
}
