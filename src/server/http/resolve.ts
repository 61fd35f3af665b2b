import { isIP, type LookupFunction } from "node:net";
import { FailureError } from "./failure";
import { checkResolved, NO_PUBLIC_ADDRESS } from "./guard";
import type { Address, Asker, Resolve } from "./names";

/** The same as a Resolve, but rejects with a FailureError unless all answers may be dialled. */
export type CheckedResolve = Resolve;

const REMEMBERED_MAX = 1000;

/**
 * Resolves a name and checks every answer. Rejects with a FailureError: `dns` where there is no answer,
 * `blocked` where one is not public. Names that passed are remembered, so that a refusal can say that the
 * answer has changed (DNS rebinding, or an endpoint that moved).
 */
export function createCheckedResolve(resolve: Resolve): CheckedResolve {
  const passed = new Set<string>();
  return async (host, asker) => {
    const answers = await answersOf(resolve, host, asker);
    const verdict = checkResolved(answers.map(({ address }) => address));
    if (!verdict.ok) {
      if (!verdict.answered) throw noAddress();
      const stage = passed.has(host) ? "dns-rebind" : verdict.stage;
      throw new FailureError({ code: "blocked", stage, message: verdict.message });
    }
    remember(passed, host);
    return answers;
  };
}

/** The same for an exempt host: whatever it resolves to is right. */
export function createUncheckedResolve(resolve: Resolve): CheckedResolve {
  return async (host, asker) => {
    const answers = await answersOf(resolve, host, asker);
    if (answers.length === 0) throw noAddress();
    return answers;
  };
}

const noAddress = (): FailureError => new FailureError({ code: "dns", stage: "dns", message: NO_PUBLIC_ADDRESS });

/** Asks the resolver. Its errors (no such name, no server) and "no addresses" are one answer: none. */
async function answersOf(resolve: Resolve, host: string, asker: Asker): Promise<Address[]> {
  try {
    return (await resolve(host, asker)).map(({ address }) => ({ address, family: isIP(address) }));
  } catch (error) {
    if (error instanceof FailureError) throw error;
    return [];
  }
}

function remember(names: Set<string>, name: string): void {
  names.delete(name);
  names.add(name);
  if (names.size <= REMEMBERED_MAX) return;
  for (const oldest of names) {
    names.delete(oldest);
    return;
  }
}

/**
 * The `lookup` that sockets are made with: what it gives is what is dialled. Node asks for all answers
 * when it may try one family after the other, and for a single one otherwise; both are served.
 */
export function lookupWith(resolve: CheckedResolve, asker: Asker): LookupFunction {
  return (hostname, options, callback) => {
    asker.state = "asking";
    resolve(hostname, asker).then(
      (answers) => {
        asker.state = "answered";
        if (options.all) return process.nextTick(callback, null, answers);
        const anyFamily = options.family !== 4 && options.family !== 6;
        const wanted = answers.find(({ family }) => anyFamily || family === options.family);
        if (wanted) return process.nextTick(callback, null, wanted.address, wanted.family);
        process.nextTick(callback, noAddress(), "");
      },
      (error: unknown) => process.nextTick(callback, error, ""),
    );
  };
}
