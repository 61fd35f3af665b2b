"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ConfirmButton } from "@/components/confirm-button";
import { Identifier } from "@/components/identifier";
import { Button } from "@/components/ui/button";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import type { TokenRates } from "@/domain/model-prices/rates";
import { useTRPC } from "@/lib/trpc/client";
import { PriceRateList } from "./rate-list";

type OwnPrice = { id: string; pattern: string; rates: TokenRates; validFrom: Date | null };

type OwnPriceTableProps = {
  projectId: string;
  prices: readonly OwnPrice[];
  mayEdit: boolean;
  isSearched: boolean;
  onEdit: (price: OwnPrice) => void;
};

/**
 * Lists the project's own model prices. After the removal of a price, the next own price that matches applies, else the
 * built-in price.
 */
export function OwnPriceTable({ projectId, prices, mayEdit, isSearched, onEdit }: OwnPriceTableProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const remove = useMutation(
    trpc.modelPrice.remove.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.modelPrice.pathFilter()),
    }),
  );
  if (prices.length === 0)
    return (
      <p className="px-4 py-4 text-sm text-muted sm:px-5">
        {isSearched
          ? "No price of your own is found."
          : "No price of your own yet: all costs are computed from the built-in list."}
      </p>
    );
  return (
    <Table>
      <thead>
        <Tr>
          <Th className="sm:w-[34%]">
            Model<span className="sm:hidden">, USD for a million tokens</span>
          </Th>
          <Th className="max-sm:hidden">USD for a million tokens</Th>
          <Th className="max-sm:hidden">Valid from</Th>
          {mayEdit && (
            <Th>
              <span className="sr-only">Actions</span>
            </Th>
          )}
        </Tr>
      </thead>
      <tbody>
        {prices.map((price) => (
          <Tr key={price.id}>
            <Td>
              <Identifier>{price.pattern}</Identifier>
              <PriceRateList rates={price.rates} className="mt-1 sm:hidden" />
            </Td>
            <Td className="max-sm:hidden">
              <PriceRateList rates={price.rates} />
            </Td>
            <Td className="whitespace-nowrap text-muted max-sm:hidden">
              {price.validFrom ? price.validFrom.toISOString().slice(0, 10) : "Always"}
            </Td>
            {mayEdit && (
              <Td className="text-right whitespace-nowrap">
                <Button variant="ghost" size="sm" onClick={() => onEdit(price)}>
                  Edit
                </Button>
                <ConfirmButton
                  variant="danger-ghost"
                  size="sm"
                  title={`Reset ${price.pattern} to the built-in price?`}
                  description="The own price is removed. Costs that were computed with it stay as they are."
                  confirmLabel="Reset price"
                  isDanger
                  onConfirm={() => remove.mutateAsync({ projectId, id: price.id })}
                >
                  Reset
                </ConfirmButton>
              </Td>
            )}
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
