import { Identifier } from "@/components/identifier";
import { Button } from "@/components/ui/button";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import type { TokenRates } from "@/domain/model-prices/rates";
import { PriceRateList } from "./rate-list";

type BuiltInPrice = { id: string; name: string; provider: string; providerName: string; rates: TokenRates };

type BuiltInPriceTableProps = {
  prices: readonly BuiltInPrice[];
  mayEdit: boolean;
  onOverride: (price: BuiltInPrice) => void;
};

/** Lists the built-in model prices. Nobody can change a built-in price, but a project's own price takes precedence. */
export function BuiltInPriceTable({ prices, mayEdit, onOverride }: BuiltInPriceTableProps) {
  if (prices.length === 0)
    return <p className="px-4 py-4 text-sm text-muted sm:px-5">No built-in price is found. Add one of your own.</p>;
  return (
    <Table>
      <thead>
        <Tr>
          <Th className="sm:w-[34%]">
            Model<span className="sm:hidden">, USD for a million tokens</span>
          </Th>
          <Th className="max-sm:hidden">Provider</Th>
          <Th className="max-sm:hidden">USD for a million tokens</Th>
          {mayEdit && (
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </Tr>
      </thead>
      <tbody>
        {prices.map((price) => (
          <Tr key={`${price.provider}/${price.id}`}>
            <Td>
              <Identifier>{price.id}</Identifier>
              <span className="block text-xs text-muted sm:hidden">{price.providerName}</span>
              <PriceRateList rates={price.rates} className="mt-1 sm:hidden" />
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">{price.providerName}</Td>
            <Td className="max-sm:hidden">
              <PriceRateList rates={price.rates} />
            </Td>
            {mayEdit && (
              <Td className="text-right">
                <Button variant="ghost" size="sm" onClick={() => onOverride(price)}>
                  Override
                </Button>
              </Td>
            )}
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
