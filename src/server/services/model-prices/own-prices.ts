import { makePriceFinder, type FindPrice, type OwnPrice } from "@/domain/model-prices/model-price";
import { tokenRateNames, type TokenRates } from "@/domain/model-prices/rates";
import type { ServiceContext } from "@/server/context";
import type { Database, DatabaseOrTransaction } from "@/server/db/client";
import { findBuiltInPrice } from "./built-in-prices";

type Known = { revision: bigint; find: FindPrice };

const PROJECTS_MAX = 1_000;
const caches = new WeakMap<Database, Map<string, Known>>();

/**
 * Returns a function that finds the price of a model for a project: the project's own price, or else the built-in one.
 * Own prices are cached, and read again if project.config_revision has risen.
 * @param db the database, to which the cache in memory belongs
 */
export async function loadPriceFinderOfProject(
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
 * Reads a project's own prices, in the order in which a price is chosen: the latest start of validity first, then the
 * newest price.
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

function readRates(stored: unknown): TokenRates {
  const rates = (stored ?? {}) as Record<string, unknown>;
  return Object.fromEntries(
    tokenRateNames.map((name) => [name, rates[name]]).filter(([, rate]) => typeof rate === "number"),
  );
}
