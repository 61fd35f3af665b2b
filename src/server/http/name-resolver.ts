import { promises as dns } from "node:dns";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { RequestFailureError } from "./request-failure";

/** An IP address of a host name. `family` is 4 or 6. */
export type ResolvedAddress = { address: string; family: number };

/** The project that a look-up is for, and how far the look-up is. */
export type NameLookupOfProject = { projectId: string; state: "queued" | "asking" | "answered" };

/**
 * Returns all addresses of a host name. Without any, it rejects or returns an empty list. `asker.state` is "queued"
 * until the look-up may start.
 */
export type ResolveName = (host: string, asker: NameLookupOfProject) => Promise<ResolvedAddress[]>;

export type NameResolverOptions = {
  /** Name servers as `address:port`; default: those of resolv.conf. */
  servers?: readonly string[];
  /** The path of the hosts file; default: that of the system. */
  hostsFile?: string;
  /** Returns the time in ms since 1970. Default: the system clock. */
  now?: () => number;
};

/**
 * How long the DNS library c-ares waits for its first try, in ms. The second try may use the remaining time of the
 * look-up.
 */
const TRY_MS = 2_000;
const TRIES = 2;
const LOOK_UP_MS_MAX = 5_000;
/**
 * How long a look-up with an answer for one family (A or AAAA) still waits for the other, in ms. A name server that
 * fails for AAAA thus delays deliveries only a little.
 */
const OTHER_FAMILY_MS = 300;
/** The most simultaneous look-ups for one project. */
const PROJECT_MAX = 32;
/** The longest time that an answer is cached, in ms, even if its TTL is longer. */
const KEPT_MS_MAX = 60_000;
const KEPT_MAX = 5_000;
const HOSTS_FILE =
  process.platform === "win32" ? `${process.env.SystemRoot}\\System32\\drivers\\etc\\hosts` : "/etc/hosts";

/**
 * Makes a resolver of host names. It knows IP addresses, localhost and the hosts file, and otherwise asks for A and
 * AAAA by c-ares. Search domains are not applied. getaddrinfo would not do: its four threads let four silent names stop
 * all other look-ups. Callers that ask for the same name share a look-up. A project with many silent names delays only
 * itself.
 */
export function createNameResolver(options: NameResolverOptions = {}): ResolveName {
  const now = options.now ?? Date.now;
  const readHosts = createHostsReader(options.hostsFile ?? HOSTS_FILE);
  const kept = createKeptAnswers(now);
  const places = createPlaces();
  const asking = new Map<string, Promise<ResolvedAddress[]>>();

  function ask(name: string, projectId: string): Promise<ResolvedAddress[]> {
    const look = query(name, options.servers)
      .then((answer) => kept.put(name, answer))
      .finally(() => {
        asking.delete(name);
        places.free(projectId);
      });
    asking.set(name, look);
    return look;
  }

  async function lookUp(name: string, asker: NameLookupOfProject): Promise<ResolvedAddress[]> {
    for (;;) {
      const found = kept.get(name) ?? asking.get(name);
      if (found) return found;
      if (places.take(asker.projectId)) return ask(name, asker.projectId);
      asker.state = "queued";
      // Another caller may have started a look-up of this name while this one waited.
      await places.wait(asker.projectId);
      asker.state = "asking";
    }
  }

  return async (host, asker) => {
    const name = host.toLowerCase().replace(/\.$/, "");
    return ownAddresses(name) ?? readHosts().get(name) ?? lookUp(name, asker);
  };
}

function ownAddresses(name: string): ResolvedAddress[] | undefined {
  if (isIP(name) !== 0) return [toAddress(name)];
  return name === "localhost" ? ["127.0.0.1", "::1"].map(toAddress) : undefined;
}

const toAddress = (address: string): ResolvedAddress => ({ address, family: isIP(address) });

type Answer = { addresses: ResolvedAddress[]; ttlMs: number };

/**
 * Asks for a name with a new resolver each time, which takes 70 µs. A new resolver reads the present resolv.conf. After
 * quick answers c-ares shortens the timeout of a resolver, but not of a new one.
 */
async function query(name: string, servers: readonly string[] | undefined): Promise<Answer> {
  const resolver = new dns.Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  const timers = [setTimeout(() => resolver.cancel(), LOOK_UP_MS_MAX)];
  const families = [resolver.resolve4(name, { ttl: true }), resolver.resolve6(name, { ttl: true })];
  for (const family of families) {
    const hurry = (): unknown => timers.push(setTimeout(() => resolver.cancel(), OTHER_FAMILY_MS));
    family.then(hurry, () => undefined);
  }
  const settled = await Promise.allSettled(families);
  for (const timer of timers) clearTimeout(timer);
  const records = settled.flatMap((each) => (each.status === "fulfilled" ? each.value : []));
  const ttl = Math.min(...records.map((record) => record.ttl));
  return { addresses: records.map((record) => toAddress(record.address)), ttlMs: ttl * 1_000 };
}

/**
 * Caches answers by name for their TTL, at most KEPT_MS_MAX. It keeps no empty answer. A full cache removes the oldest
 * answers first.
 */
function createKeptAnswers(now: () => number) {
  const answers = new Map<string, { addresses: ResolvedAddress[]; until: number }>();
  return {
    get(name: string): ResolvedAddress[] | undefined {
      const answer = answers.get(name);
      if (!answer || answer.until > now()) return answer?.addresses;
      answers.delete(name);
      return undefined;
    },
    put(name: string, { addresses, ttlMs }: Answer): ResolvedAddress[] {
      answers.delete(name);
      if (addresses.length > 0) answers.set(name, { addresses, until: now() + Math.min(ttlMs, KEPT_MS_MAX) });
      if (answers.size > KEPT_MAX) answers.delete(answers.keys().next().value!);
      return addresses;
    },
  };
}

type Waiting = { go: () => void; timer: NodeJS.Timeout };

/** Limits the simultaneous look-ups of each project, and queues the others. */
function createPlaces() {
  const projects = new Map<string, { taken: number; waiting: Set<Waiting> }>();
  return {
    take(projectId: string): boolean {
      const project = projects.get(projectId) ?? { taken: 0, waiting: new Set() };
      if (project.taken >= PROJECT_MAX) return false;
      project.taken += 1;
      projects.set(projectId, project);
      return true;
    },
    /**
     * Waits until the project may start another look-up.
     * @throws RequestFailureError `resolver_busy` after 5 s
     */
    wait(projectId: string): Promise<void> {
      const { waiting } = projects.get(projectId)!;
      return new Promise((go, refuse) => {
        const giveUp = (): void => {
          waiting.delete(entry);
          refuse(makeResolverBusyError());
        };
        const entry: Waiting = { go, timer: setTimeout(giveUp, LOOK_UP_MS_MAX) };
        waiting.add(entry);
      });
    },
    free(projectId: string): void {
      const project = projects.get(projectId)!;
      project.taken -= 1;
      const [next] = project.waiting;
      if (next) {
        project.waiting.delete(next);
        clearTimeout(next.timer);
        next.go();
      } else if (project.taken === 0) projects.delete(projectId);
    },
  };
}

export const makeResolverBusyError = (): RequestFailureError =>
  new RequestFailureError({
    code: "resolver_busy",
    message:
      "Too many host names of this project do not answer, so that this one was not looked up. It is tried again.",
  });

/**
 * Makes a function that returns the names of the hosts file, and reads the file again after a change. It is
 * synchronous, because it takes only 5 µs.
 */
function createHostsReader(file: string): () => ReadonlyMap<string, ResolvedAddress[]> {
  let version = "";
  let names = new Map<string, ResolvedAddress[]>();
  return () => {
    const stat = statSync(file, { throwIfNoEntry: false });
    const found = stat ? `${stat.ino}:${stat.mtimeMs}:${stat.size}` : "";
    if (found === version) return names;
    version = found;
    names = stat ? parseHostsFile(readFileSync(file, "utf8")) : new Map();
    return names;
  };
}

/** Parses the text of a hosts file. Each line has an address and its names; `#` begins a comment. */
export function parseHostsFile(text: string): Map<string, ResolvedAddress[]> {
  const names = new Map<string, ResolvedAddress[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...aliases] = line.replace(/#.*/, "").trim().split(/\s+/);
    if (isIP(address) === 0) continue;
    for (const alias of aliases) {
      const name = alias.toLowerCase().replace(/\.$/, "");
      names.set(name, [...(names.get(name) ?? []), toAddress(address)]);
    }
  }
  return names;
}
