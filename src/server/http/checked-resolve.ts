import { isIP, type LookupFunction } from "node:net";
import { RequestFailureError } from "./request-failure";
import { checkResolvedAddresses, NO_PUBLIC_ADDRESS_MESSAGE } from "./guard";
import type { ResolvedAddress, NameLookupOfProject, ResolveName } from "./name-resolver";

/**
 * Resolves a host name to at least one address. It rejects with a RequestFailureError if the name has no address or its
 * project has too many look-ups. The function of `createCheckedResolve` also rejects if an address is not public.
 */
export type ResolveNameOrReject = ResolveName;

const REMEMBERED_MAX = 1000;

/**
 * Makes a function that resolves a name and checks all its addresses. The function rejects with `dns` without an
 * address, and with `blocked` for an address that is not public. It remembers the last 1,000 names that passed. A later
 * refusal of such a name says that its addresses have changed (DNS rebinding, or a receiver that moved).
 */
export function createCheckedResolve(resolve: ResolveName): ResolveNameOrReject {
  const passed = new Set<string>();
  return async (host, asker) => {
    const answers = await answersOf(resolve, host, asker);
    const verdict = checkResolvedAddresses(answers.map(({ address }) => address));
    if (!verdict.ok) {
      if (!verdict.answered) throw noAddress();
      const stage = passed.has(host) ? "dns-rebind" : verdict.stage;
      throw new RequestFailureError({ code: "blocked", stage, message: verdict.message });
    }
    remember(passed, host);
    return answers;
  };
}

/** Makes a function that resolves a name without a check, for hosts that the operator allows. */
export function createUncheckedResolve(resolve: ResolveName): ResolveNameOrReject {
  return async (host, asker) => {
    const answers = await answersOf(resolve, host, asker);
    if (answers.length === 0) throw noAddress();
    return answers;
  };
}

const noAddress = (): RequestFailureError =>
  new RequestFailureError({ code: "dns", stage: "dns", message: NO_PUBLIC_ADDRESS_MESSAGE });

/**
 * Asks the resolver for the addresses of a name. The list is empty after an error of DNS, such as an unknown name.
 * @throws RequestFailureError if the project has too many look-ups
 */
async function answersOf(resolve: ResolveName, host: string, asker: NameLookupOfProject): Promise<ResolvedAddress[]> {
  try {
    return (await resolve(host, asker)).map(({ address }) => ({ address, family: isIP(address) }));
  } catch (error) {
    if (error instanceof RequestFailureError) throw error;
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
 * Makes a `lookup` function for Node's sockets. A socket connects to the addresses that this function returns. Node
 * asks for all addresses, or for one of a family.
 */
export function makeSocketLookup(resolve: ResolveNameOrReject, asker: NameLookupOfProject): LookupFunction {
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
