"use client";

import { Dialog } from "@/components/ui/dialog";
import { Keys } from "./command-menu";
import type { Command } from "./registry";

type ShortcutSheetProps = { open: boolean; onOpenChange: (open: boolean) => void; commands: readonly Command[] };

/** Keys of the lists, which are not commands. */
const fixed: readonly { label: string; keys: readonly string[] }[] = [
  { label: "Search and commands", keys: ["⌘ K"] },
  { label: "This list", keys: ["?"] },
  { label: "Next row", keys: ["j"] },
  { label: "Previous row", keys: ["k"] },
  { label: "Close the panel", keys: ["Esc"] },
];

/** Every shortcut there is. */
export function ShortcutSheet({ open, onOpenChange, commands }: ShortcutSheetProps) {
  const groups = (["Go to", "Create"] as const).map((group) => ({
    group,
    rows: commands.flatMap((command) => (command.group === group && command.keys ? [{ label: command.label, keys: command.keys }] : [])),
  }));
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Keyboard shortcuts" description="Two keys are pressed one after the other." size="lg">
      <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
        <ShortcutList title="Anywhere and in lists" rows={fixed} />
        {groups.map(({ group, rows }) => rows.length > 0 && <ShortcutList key={group} title={group} rows={rows} />)}
      </div>
    </Dialog>
  );
}

function ShortcutList({ title, rows }: { title: string; rows: readonly { label: string; keys: readonly string[] }[] }) {
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-subtle">{title}</h3>
      <dl>
        {rows.map((row) => (
          <div key={row.label} className="flex h-8 items-center justify-between gap-4 border-b last:border-b-0">
            <dt className="text-sm">{row.label}</dt>
            <dd>
              <Keys keys={row.keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
