import type { State } from '../../../functions/ledger/notification.ts';
import type { Method } from '../../../functions/recognise/change.ts';
import { emulator, makePasskey } from '../../../local/graph/passkeyMethods.ts';
import { type Random, seededRandom } from '../../../local/graph/random.ts';
import type { Registration } from '../../../local/graph/registrations.ts';
import { CoverageWorld, idOf, type Said } from '../../coverage/coverageWorld.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A change that nobody was told of. */
interface Planted {
  readonly day: number;
  readonly person: string;
  /** As the event names it: `+passKeySynced`. */
  readonly change: string;
}

/** Graph's type of a method, what the audit log calls it, and what the report does. */
const types = [
  ['phone', 'phone', 'mobilePhone'],
  ['email', 'email', 'email'],
  ['softwareOath', 'oathToken', 'softwareOneTimePasscode'],
  ['microsoftAuthenticator', 'authenticatorApp', 'microsoftAuthenticatorPush'],
  ['external', 'externalMethod', 'externalAuthMethod'],
  ['windowsHelloForBusiness', 'windowsHello', 'windowsHelloForBusiness'],
  ['platformCredential', 'platformCredential', 'macOsSecureEnclaveKey'],
] as const satisfies readonly (readonly [string, Method, string])[];

/** How a notification may stand when the check looks. */
const states: readonly State[] = [
  ...(['sent', 'sent', 'sent', 'sent', 'sent', 'pending', 'sending', 'unknown'] as const),
  ...(['suppressed', 'undeliverable', 'failed'] as const),
];

/** When the report breaks, when half of it is missing, and when it is an old one. */
export const brokenDay = 20;
const halfDay = 9;
const oldDay = 6;
/** From when on Microsoft calls a kind otherwise for everybody, and another for more people each day. */
const renamedDay = 12;
const renamingFrom = 14;
const renamingDays = 8;

/** What only one report shows is seen by nobody where that one is not whole. */
const isDisturbed = (day: number) =>
  [brokenDay, halfDay, oldDay].some((one) => one >= day && one <= day + 3);

/** These have changes that nobody is told of; of what they are told, nothing would explain those. */
const quiet = 300;

/**
 * A month of a tenant, in virtual time. People get and lose methods and are told, late or visibly not; come,
 * go, and are disabled; passes expire, devices go, kinds get new names; the report is up to 36 hours old, wrong
 * about single people, refused at random, once halved and once blank; processes come and go. Among all this
 * some changes leave no trace in the ledger.
 */
export class Month {
  readonly world: CoverageWorld;
  readonly planted: Planted[] = [];
  /** What was said by the look of each day. */
  readonly said: (readonly Said[])[] = [];
  readonly #people: number;
  readonly #random: Random;
  readonly #start: number;
  readonly #deeds: { readonly at: number; readonly run: () => unknown }[] = [];
  readonly #reports: Registration[][] = [];
  /** Changed of late without a word: not again. */
  readonly #touched = new Set<number>();
  #keys = 0;

  constructor(people: number, seed: number) {
    this.#people = people;
    this.#random = seededRandom(seed);
    this.world = new CoverageWorld(people);
    this.#start = this.world.now().getTime();
    const before = new Date(this.#start - 90 * dayMs);
    for (let person = 0; person < people; person += 1) this.#equip(person, before);
  }

  #equip(person: number, at: Date): void {
    const { world } = this;
    world.gets(person, 'phone', at);
    if (person % 2 === 0) world.gets(person, 'microsoftAuthenticator', at);
    if (person % 3 === 0) world.gets(person, 'windowsHelloForBusiness', at);
    if (person % 5 === 0) this.#key(person, 'deviceBound', at);
    if (person % 7 === 0) world.gets(person, 'qrCodePin', at);
    if (person % 11 === 0) world.gets(person, 'platformCredential', at);
  }

  #key(person: number, passkeyType: 'deviceBound' | 'synced', at = this.world.now()): void {
    const key = makePasskey(this.#random, at, { ...emulator, passkeyType });
    this.world.methods.add(idOf(person), key);
    this.#keys += 1;
  }

  /** Plays so many days, and a look on each. */
  async play(days: number): Promise<void> {
    const looks = Array.from({ length: days }, (_, day) => this.#start + day * dayMs);
    let made = 0;
    for (const [day, at] of looks.entries()) {
      const age = (2 + this.#random.next() * 34) * hourMs;
      // Each is newer than the one before.
      made = Math.max(made + 1, day === 0 ? at - 1 : at - age);
      this.#at(made, () => this.#report(day));
      this.#at(at, () => this.#look(day));
      if (day === 0) continue;
      for (let count = 0; count < this.#people / 50; count += 1)
        this.#some(at, () => this.#noise());
      if (day < days - 4)
        for (let count = 0; count < 2; count += 1) this.#some(at, () => this.#plant(day));
    }
    // Deeds bring deeds: a row that comes late, a pass that ends.
    for (;;) {
      this.#deeds.sort((one, other) => other.at - one.at);
      const deed = this.#deeds.pop();
      if (!deed) break;
      this.world.advance(Math.max(0, deed.at - this.world.now().getTime()));
      await deed.run();
    }
  }

  #at(at: number, run: () => unknown): void {
    this.#deeds.push({ at, run });
  }

  /** Some time in the day before a look. */
  #some(look: number, run: () => unknown): void {
    this.#at(look - this.#random.next() * dayMs, run);
  }

  #in(ms: number, run: () => unknown): void {
    this.#at(this.world.now().getTime() + ms, run);
  }

  /** Makes the report of a day's look: wrong about some, and in Microsoft's words of that day. */
  #report(day: number): void {
    const random = this.#random;
    this.world.registrations.live();
    const rows = this.world.registrations.rows().map((row) => {
      const words = row.methodsRegistered.map((word) => this.#word(word, row.id, day));
      const isWrong = random.below(this.#people) < 5;
      return { ...row, methodsRegistered: isWrong ? words.slice(1) : words };
    });
    this.#reports[day] = rows;
  }

  #word(word: string, id: string, day: number): string {
    if (word === 'passKeyDeviceBound' && day >= renamedDay) return 'passKeyHardware';
    const share = Number.parseInt(id.slice(0, 2), 16) / 256;
    const isRenamed = day >= renamingFrom && share < (day - renamingFrom + 1) / renamingDays;
    return word === 'qrCodePin' && isRenamed ? 'qrCodeStandard' : word;
  }

  async #look(day: number): Promise<void> {
    const { world } = this;
    const shown = day === oldDay ? day - 2 : day;
    world.registrations.publish(this.#reports[shown] ?? []);
    if (day === brokenDay) world.faults.set('registrations', { kind: 'blank' });
    else if (day === halfDay) world.faults.set('registrations', { kind: 'half' });
    else if (day % 4 === 1) world.faults.set('registrations', { kind: 'notPremium', times: 2 });
    else if (day % 4 === 3) world.faults.set('registrations', { kind: '429', times: 2 });
    if (day % 3 === 0) world.faults.set('methods', { kind: 'consentMissing' });
    const change = () => {
      if (this.#random.below(2) === 0) world.newProcess();
    };
    this.said.push(await (day === 0 ? world.look(change) : world.nextDay(change)));
    world.faults.clear();
  }

  /** Something that happens every day, and that nobody is to be called for. */
  async #noise(): Promise<void> {
    const { world } = this;
    const random = this.#random;
    const dice = random.below(100);
    const person = random.below(this.#people);
    if (!world.directory.find(idOf(person))) return;
    if (person < quiet) {
      await this.#told(person, 'email', 'email', 'email');
    } else if (dice < 60) {
      const [type, method, word] = random.pick(types);
      await this.#told(person, type, method, word);
    } else if (dice < 70) {
      await this.#keyTold(person);
    } else if (dice < 78) {
      world.gets(person, 'temporaryAccessPass');
      await this.#row(person, 'registered', 'temporaryAccessPass');
      this.#in((1 + random.below(8)) * hourMs, () => world.loses(person, 'temporaryAccessPass'));
    } else if (dice < 84) {
      // Its device was deleted.
      world.loses(person, random.pick(['windowsHelloForBusiness', 'platformCredential']));
    } else if (dice < 90) {
      world.directory.patch(idOf(person), { accountEnabled: random.below(2) === 0 });
    } else if (dice < 93) {
      world.directory.remove(idOf(person));
    } else {
      await this.#row(person, 'updated', 'phone');
    }
  }

  /** Somebody gets a method, or loses it, and the ledger has it. */
  async #told(person: number, type: string, method: Method, word: string): Promise<void> {
    const { world } = this;
    const has = world.registrations.kindsOf(idOf(person)).includes(word);
    if (has) world.loses(person, type);
    else world.gets(person, type);
    await this.#row(person, has ? 'deleted' : 'registered', method);
  }

  async #keyTold(person: number): Promise<void> {
    this.#key(person, this.#random.pick(['deviceBound', 'synced'] as const));
    await this.#row(person, 'registered', 'passkey');
  }

  /** The ledger's row of it: at once or up to 20 hours late, by id or by name, named or held. */
  async #row(
    person: number,
    action: 'registered' | 'deleted' | 'updated',
    method: Method,
  ): Promise<void> {
    const random = this.#random;
    const at = this.world.now();
    const by = method === 'passkey' || random.below(10) === 0 ? 'name' : 'id';
    // A method that nobody could name would explain any.
    const held = person >= quiet && random.below(20) === 0;
    const options = { at, by, state: random.pick(states) } as const;
    const write = () => this.world.told(person, action, held ? 'unknown' : method, options);
    if (random.below(20) === 0) this.#in(random.next() * 20 * hourMs, write);
    else await write();
  }

  /** A change without a row. */
  #plant(day: number): void {
    const { world } = this;
    const person = this.#random.below(quiet);
    const id = idOf(person);
    if (this.#touched.has(person) || !world.directory.find(id)?.accountEnabled) return;
    this.#touched.add(person);
    const kinds = world.registrations.kindsOf(id);
    const planted = (change: string) => this.planted.push({ day, person: id, change });
    const dice = this.#random.below(5);
    if (dice === 0) {
      this.#key(person, 'synced');
      planted('+passKeySynced');
    } else if (dice === 1 && !kinds.includes('softwareOneTimePasscode')) {
      world.gets(person, 'softwareOath');
      planted('+softwareOneTimePasscode');
    } else if (dice === 4 && !isDisturbed(day)) {
      world.gets(person, 'temporaryAccessPass');
      // Long enough for one report to show it.
      this.#in(60 * hourMs, () => world.loses(person, 'temporaryAccessPass'));
      planted('+temporaryAccessPass');
    } else if (dice === 2) {
      world.gets(person, 'external');
      planted('+externalAuthMethod');
    } else {
      world.loses(person, 'phone');
      planted('-mobilePhone');
    }
  }
}
