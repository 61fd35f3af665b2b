import { makePriceFinder, type FindPrice, type OwnPrice } from "@/domain/model-prices/model-price";
import { rateNames, type Rates } from "@/domain/model-prices/rates";
import type { ServiceContext } from "@/server/context";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";
import { findBuiltInPrice } from "./built-in-prices";

type Known = { revision: bigint; find: FindPrice };

const PROJECTS_MAX = 1_000;
const caches = new WeakMap<Database, Map<string, Known>>();

/**
 * Returns the prices of a project, its own prices first. They are read again when project.config_revision has risen.
 * @param db identifies the installation whose prices are kept in memory
 */
export async function pricesOfProject(
  { db }: Pick<ServiceContext, "db">,
  tx: DatabaseOrTransaction,
  { projectId, revision }: { projectId: string; revision: bigint },
): Promise<FindPrice> {
  const cache = caches.get(db) ?? new Map<string, Known>();
  caches.set(db, cache);
  const known = cache.get(projectId);
  if (known && known.revision >= revision) return known.find;
  const find = makePriceFinder(await readOwnPrices(tx, projectId), findBuiltInPrice);
  cache.delete(projectId);
  if (cache.size >= PROJECTS_MAX) cache.delete(cache.keys().next().value!);
  cache.set(projectId, { revision, find });
  return find;
}

/**
 * Reads a project's own prices. If a model has several, the price that became valid last comes first, then the newest
 * price.
 */
export async function readOwnPrices(
  tx: DatabaseOrTransaction,
  projectId: string,
): Promise<(OwnPrice & { id: string })[]> {
  const rows = await tx.modelPrice.findMany({
    where: { projectId },
    orderBy: [{ validFrom: { sort: "desc", nulls: "last" } }, { createdAt: "desc" }, { id: "desc" }],
    select: { id: true, pattern: true, rates: true, validFrom: true },
  });
  return rows.map(({ rates, ...row }) => ({ ...row, rates: readRates(rates) }));
}

function readRates(stored: unknown): Rates {
  const rates = (stored ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    rateNames.map((name) => [name, rates[name]]).filter(([, rate]) => typeof rate === "number"),
  );
}
