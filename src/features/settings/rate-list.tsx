import { tokenRateNames, type TokenRate, type TokenRates } from "@/domain/model-prices/rates";
import { cn } from "@/lib/cn";
import { priceRateLabels } from "./price-form";

/** Shows the rates of a model price in one line, in USD per million tokens. */
export function PriceRateList({ rates, className }: { rates: TokenRates; className?: string }) {
  return (
    <ul className={cn("flex flex-wrap gap-x-4 gap-y-0.5 text-xs tabular-nums", className)}>
      {tokenRateNames.map((name) => {
        const rate = rates[name];
        return (
          rate !== undefined && (
            <li key={name} className="sm:whitespace-nowrap">
              <span className="text-muted">{priceRateLabels[name]}</span> {inWords(rate)}
            </li>
          )
        );
      })}
    </ul>
  );
}

function inWords(rate: TokenRate): string {
  if (typeof rate === "number") return String(rate);
  const tiers = rate.tiers.map((tier) => `${tier.rate} above ${tier.above.toLocaleString("en")}`);
  return [String(rate.base), ...tiers].join(", ");
}
