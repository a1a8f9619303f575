import { nextPollAfter } from '../config/schedule.ts';
import { CoverageCheck } from '../coverage/check.ts';
import { openRegister } from '../coverage/register.ts';
import type { Log } from '../log.ts';
import { appCredentials, openRooms } from '../rooms.ts';

/** Longest run, in milliseconds: it ends before its next tick, and well within host.json's functionTimeout. */
const budgetMs = 8 * 60_000;

const { config, graph, ledger, now, wait } = openRooms();
const room = {
  graph,
  ledger,
  register: openRegister(config.storage, appCredentials(config).storage),
  everyHours: config.COVERAGE_HOURS,
  nextPoll: nextPollAfter(config),
  budgetMs,
  now,
  wait,
};
const looks = new CoverageCheck();

/** Compares who has which methods with what was told of, and tells the operators what nobody was told of. */
export const check = (log: Log): Promise<void> => looks.run({ ...room, log });
