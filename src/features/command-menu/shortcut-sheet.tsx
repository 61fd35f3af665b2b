"use client";

import { Dialog } from "@/components/ui/dialog";
import { KeySequence } from "./command-menu";
import { writeCommandMenuKeys, writeKeyWithModifier } from "./menu-keys";
import type { Command } from "./project-commands";

type ShortcutSheetProps = { open: boolean; onOpenChange: (open: boolean) => void; commands: readonly Command[] };

type ShortcutRow = { label: string; keys: readonly string[] };

/**
 * Returns the shortcuts that belong to no list and no form. Only the browser can call this function, because the names
 * of the keys depend on the person's keyboard.
 */
const anywhere = (): readonly ShortcutRow[] => [
  { label: "Search and commands", keys: [writeCommandMenuKeys()] },
  { label: "This list", keys: ["?"] },
  { label: "Edit the trigger or action", keys: ["e"] },
  { label: "Menu of the row or the page", keys: ["."] },
];
const inLists: readonly ShortcutRow[] = [
  { label: "Search the executions", keys: ["/"] },
  { label: "Next row", keys: ["j"] },
  { label: "Previous row", keys: ["k"] },
  { label: "Choose the row", keys: ["x"] },
  { label: "Send again what is open", keys: ["r"] },
  { label: "Open the execution as a page", keys: ["f"] },
  { label: "Attempt before, attempt after", keys: ["←", "→"] },
  { label: "Close the panel", keys: ["Esc"] },
];
const inForms = (): readonly ShortcutRow[] => [
  { label: "Save", keys: [writeKeyWithModifier("S")] },
  { label: "Save", keys: [writeKeyWithModifier("Enter")] },
  { label: "Undo in the filter", keys: [writeKeyWithModifier("Z")] },
  { label: "Move the condition", keys: ["Alt ↑", "Alt ↓"] },
  { label: "Show or hide the preview", keys: ["]"] },
];

export function ShortcutSheet({ open, onOpenChange, commands }: ShortcutSheetProps) {
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title="Keyboard shortcuts"
      description="Two keys are pressed one after the other."
      size="lg"
    >
      <ShortcutLists commands={commands} />
    </Dialog>
  );
}

/**
 * Renders the shortcuts while the dialog is open. The server never renders them, because it does not know the person's
 * keyboard.
 */
function ShortcutLists({ commands }: { commands: readonly Command[] }) {
  const rowsOf = (group: Command["group"]): ShortcutRow[] =>
    commands.flatMap((command) =>
      command.group === group && command.keys ? [{ label: command.label, keys: command.keys }] : [],
    );
  return (
    <div className="grid gap-x-10 gap-y-6 sm:grid-cols-2">
      <div className="flex flex-col gap-6">
        <ShortcutList title="Anywhere" rows={anywhere()} />
        <ShortcutList title="Go to" rows={rowsOf("Go to")} />
        <ShortcutList title="Create" rows={rowsOf("Create")} />
      </div>
      <div className="flex flex-col gap-6">
        <ShortcutList title="In lists and panels" rows={inLists} />
        <ShortcutList title="In forms" rows={inForms()} />
      </div>
    </div>
  );
}

function ShortcutList({ title, rows }: { title: string; rows: readonly ShortcutRow[] }) {
  if (rows.length === 0) return null;
  return (
    <section>
      <h3 className="mb-1.5 text-xs font-medium text-subtle">{title}</h3>
      <dl>
        {rows.map((row) => (
          <div
            key={row.label + row.keys.join(" ")}
            className="flex h-8 items-center justify-between gap-4 border-b last:border-b-0"
          >
            <dt className="text-sm">{row.label}</dt>
            <dd>
              <KeySequence keys={row.keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
