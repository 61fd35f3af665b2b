import { Time } from "@/components/time";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import type { EventKeyWithClients } from "./types";

const protocols: Record<string, string> = { http: "Events", otlp: "OTLP", langfuse: "Langfuse batch", other: "Others" };

const percent = (part: number, whole: number): string => (whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`);
const rate = (perMinute: number): string =>
  perMinute === 0 ? "0" : perMinute < 1 ? "< 1" : Math.round(perMinute).toLocaleString("en");

/** Lists the programs that send with one event key, and which fields are missing in their model calls. */
export function SourceClientTable({ clients }: { clients: EventKeyWithClients["clients"] }) {
  return (
    <Table>
      <thead>
        <Tr>
          <Th>Client</Th>
          <Th className="text-right">Observations</Th>
          <Th className="text-right max-sm:hidden">A minute</Th>
          <Th className="text-right max-md:hidden">Without content</Th>
          <Th className="text-right max-md:hidden">Without cost</Th>
          <Th className="text-right max-md:hidden">Without user</Th>
          <Th>Last</Th>
        </Tr>
      </thead>
      <tbody>
        {clients.map(({ protocol, sdk, sdkVersion, convention, figures, perMinute, lastAt }) => (
          <Tr key={[protocol, sdk, sdkVersion, convention].join(" ")}>
            <Td>
              <span className="font-medium">{sdk ?? "Unknown client"}</span>{" "}
              <span className="text-muted">{sdkVersion}</span>
              <span className="block text-xs text-muted">
                {protocols[protocol] ?? protocol}
                {convention && `, ${convention}`}
                <span className="md:hidden">
                  {`, without content ${percent(figures.withoutContent, figures.llm)}`}
                  {`, cost ${percent(figures.withoutCost, figures.llm)}, user ` +
                    `${percent(figures.withoutUser, figures.llm)}`}
                </span>
              </span>
            </Td>
            <Td className="text-right tabular-nums">{figures.events.toLocaleString("en")}</Td>
            <Td className="text-right tabular-nums max-sm:hidden">{rate(perMinute)}</Td>
            <Td className="text-right tabular-nums max-md:hidden">{percent(figures.withoutContent, figures.llm)}</Td>
            <Td className="text-right tabular-nums max-md:hidden">{percent(figures.withoutCost, figures.llm)}</Td>
            <Td className="text-right tabular-nums max-md:hidden">{percent(figures.withoutUser, figures.llm)}</Td>
            <Td className="whitespace-nowrap text-muted">
              <Time value={lastAt} />
            </Td>
          </Tr>
        ))}
      </tbody>
    </Table>
  );
}
