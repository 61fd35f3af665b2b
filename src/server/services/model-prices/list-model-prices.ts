import type { OwnPrice } from "@/domain/model-prices/model-price";
import type { ProjectContext } from "@/server/context";
import { requirePermission } from "../access";
import { type BuiltInPrice, listBuiltInPrices, PRICE_LIST_PACKAGE } from "./built-in-prices";
import { readOwnPrices } from "./own-prices";

/** One answer holds at most this many built-in prices. People find more by the search. */
const SHOWN_MAX = 100;

export type ModelPrices = {
  own: (OwnPrice & { id: string })[];
  builtIn: BuiltInPrice[];
  /** the number of built-in prices that match the search */
  found: number;
  /** the package, version and date of the built-in prices */
  list: { package: string; version: string; date: string };
};

/**
 * Lists the model prices from which costs of a project's observations are computed: the project's own, and at most 100
 * built-in ones. Each word of the search text must occur in the price. An own price is searched by its pattern. A
 * built-in price is searched by the ids and names of model and provider.
 */
export async function listModelPrices(ctx: ProjectContext, { search }: { search: string }): Promise<ModelPrices> {
  requirePermission(ctx, "project:read");
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (...texts: string[]): boolean => {
    const text = texts.join(" ").toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const own = (await readOwnPrices(ctx.db, ctx.projectId)).filter(({ pattern }) => isFound(pattern));
  const builtIn = (await listBuiltInPrices(ctx.now())).filter(({ id, name, provider, providerName }) =>
    isFound(id, name, provider, providerName),
  );
  return { own, builtIn: builtIn.slice(0, SHOWN_MAX), found: builtIn.length, list: PRICE_LIST_PACKAGE };
}
