import type { OwnPriceInput } from "@/domain/model-prices/model-price";

export const makeModelPriceRow = ({ pattern, rates, validFrom }: OwnPriceInput) => ({
  pattern,
  rates,
  validFrom: validFrom ?? null,
});

export const formatOwnPrice = ({ rates, validFrom }: OwnPriceInput): string => {
  const list = Object.entries(rates).map(([name, rate]) => `${name} ${rate}`);
  const from = validFrom ? `, from ${validFrom.toISOString().slice(0, 10)} on` : "";
  return `${list.join(", ")} USD a million tokens${from}`;
};
