import { RelativeTime } from "@/components/time";
import { Card } from "@/components/ui/card";
import { Table, Td, Th, Tr } from "@/components/ui/table";
import { cn } from "@/lib/cn";
import { formatNumber } from "@/lib/format";
import { describeFunctionOptions } from "./describe-function-options";
import type { EngineFunction } from "./types";

/** Lists the background functions with their options and the amount of waiting work. */
export function FunctionTable({ functions }: { functions: readonly EngineFunction[] }) {
  return (
    <Card title="Functions" description="The work in the background." isFlush>
      <Table className="max-lg:hidden">
        <thead>
          <Tr>
            <Th className="w-full">Function</Th>
            {counts.map(({ label }) => (
              <Th key={label} className="text-right">
                {label}
              </Th>
            ))}
            <Th className="text-right">Oldest waiting</Th>
          </Tr>
        </thead>
        <tbody>
          {functions.map((fn) => (
            <Tr key={fn.id}>
              <Td>
                <span className="font-medium">{fn.name}</span>
                <Options fn={fn} />
              </Td>
              {counts.map(({ label, of, isBad }) => (
                <Td key={label} className="text-right align-top tabular-nums">
                  <Count value={of(fn)} isBad={isBad} />
                </Td>
              ))}
              <Td className="text-right align-top whitespace-nowrap text-muted tabular-nums">
                {fn.oldestWaitingAt ? <RelativeTime date={fn.oldestWaitingAt} /> : "–"}
              </Td>
            </Tr>
          ))}
        </tbody>
      </Table>
      <ul className="lg:hidden">
        {functions.map((fn) => (
          <li key={fn.id} className="flex flex-col gap-2 border-b px-4 py-3 last:border-b-0 sm:px-5">
            <div>
              <span className="font-medium">{fn.name}</span>
              <Options fn={fn} />
            </div>
            <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
              {counts.map(({ label, of, isBad }) => (
                <div key={label} className="flex gap-1.5">
                  <dt className="text-muted">{label}</dt>
                  <dd className="tabular-nums">
                    <Count value={of(fn)} isBad={isBad} />
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </Card>
  );
}

const counts: readonly { label: string; of: (fn: EngineFunction) => number; isBad?: boolean }[] = [
  { label: "Queued", of: (fn) => fn.ready + fn.waitingEvents },
  { label: "Running", of: (fn) => fn.running },
  { label: "Sleeping", of: (fn) => fn.sleeping },
  { label: "Failed", of: (fn) => fn.failed, isBad: true },
  { label: "Ended, last hour", of: (fn) => fn.endedLastHour },
];

function Count({ value, isBad = false }: { value: number; isBad?: boolean | undefined }) {
  return <span className={cn(value === 0 ? "text-subtle" : isBad && "text-danger-text")}>{formatNumber(value)}</span>;
}

function Options({ fn }: { fn: EngineFunction }) {
  return (
    <ul className="mt-0.5 flex flex-wrap gap-x-3 text-xs text-muted">
      {describeFunctionOptions(fn.options, fn.attemptsMax).map(({ label, value }) => (
        <li key={label} className="min-w-0 break-words">
          <span className="text-subtle">{label}</span> {value}
        </li>
      ))}
    </ul>
  );
}
